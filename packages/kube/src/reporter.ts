import { guarded } from './guarded.ts';

/** A listener for errors that cannot itself become one: what it throws, or rejects, ends as a warning of the process. */
export function reporter<Args extends readonly unknown[]>(
  listener: ((...args: Args) => void) | undefined,
): (...args: Args) => void {
  return (...args) => void guarded(() => listener?.(...args), warn);
}

function warn(error: unknown): void {
  process.emitWarning(`a listener for errors threw: ${Error.isError(error) ? error.message : String(error)}`);
}
