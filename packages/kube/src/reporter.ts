/** A listener for errors that cannot itself become one: what it throws ends as a warning of the process. */
export function reporter<Args extends readonly unknown[]>(
  listener: ((...args: Args) => void) | undefined,
): (...args: Args) => void {
  return (...args) => {
    try {
      listener?.(...args);
    } catch (error) {
      process.emitWarning(`a listener for errors threw: ${Error.isError(error) ? error.message : String(error)}`);
    }
  };
}
