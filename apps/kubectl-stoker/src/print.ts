import { printable } from '@stoker/command-line';
import { stringify } from 'yaml';
import type { Answer } from './run.ts';

type Format = 'text' | 'json' | 'yaml';

export function isFormat(word: string | undefined): word is Format {
  return word === 'text' || word === 'json' || word === 'yaml';
}

/** Writes what was found as it was asked for. */
export function print(
  { text, document }: Pick<Answer, 'text' | 'document'>,
  format: Format,
  stdout: NodeJS.WritableStream,
) {
  stdout.write(format === 'text' ? `${printable(text)}\n` : serialise(document, format));
}

interface Failure {
  readonly reason: string;
  readonly message: string;
  readonly hint?: string;
}

/** Says what failed: on stderr for people, as the one document on stdout where programs asked for one. */
export function printFailure(
  error: Failure,
  {
    argv,
    stdout,
    stderr,
  }: {
    readonly argv: readonly string[];
    readonly stdout: NodeJS.WritableStream;
    readonly stderr: NodeJS.WritableStream;
  },
): void {
  const format = wantedFormat(argv);
  if (format !== 'text') stdout.write(serialise({ error }, format));
  else stderr.write(`kubectl stoker: ${printable(error.message)}${error.hint ? `\n  ${printable(error.hint)}` : ''}\n`);
}

/** Also answers for command lines that are wrong elsewhere, so that their error is in that format, too. */
function wantedFormat(argv: readonly string[]): Format {
  const found = argv.map((word, index) =>
    word === '-o' || word === '--output' ? argv[index + 1] : /^(?:--output=|-o=?)(\w+)$/.exec(word)?.[1],
  );
  return found.find(isFormat) ?? 'text';
}

function serialise(document: object, format: 'json' | 'yaml'): string {
  if (format === 'json') return `${JSON.stringify(document, null, 2)}\n`;
  // Many readers know YAML 1.1, for which `no` and a time are no text without quotes.
  return stringify(document, { lineWidth: 0, compat: 'yaml-1.1' });
}
