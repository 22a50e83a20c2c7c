import { parseAllDocuments } from 'yaml';
import { usageError } from '@stoker/command-line';

/**
 * The one document of a YAML or JSON text.
 * @param name of the file, for errors
 * @throws StokerError `Usage` when it is no YAML, holds none or several documents, or expands to more than it should
 */
export function parseYaml(text: string, name: string): unknown {
  const documents = parseAllDocuments(text);
  const [first, ...others] = Array.isArray(documents) ? documents : [];
  if (first === undefined || others.length > 0) {
    throw usageError(
      `--profile ${name} holds ${first === undefined ? 'no document' : 'several documents'}`,
      'give a file with exactly one SyncProfile document',
    );
  }
  const [problem] = first.errors;
  if (problem !== undefined) {
    throw usageError(`--profile ${name} is not YAML: ${problem.message}`, 'mend the line that it names', problem);
  }
  try {
    return first.toJS();
  } catch (cause) {
    // An alias bomb: `toJS` counts what aliases expand to.
    const message = Error.isError(cause) ? cause.message : '';
    throw usageError(
      `--profile ${name} cannot be read: ${message}`,
      'write out what its aliases (*name) repeat',
      cause,
    );
  }
}
