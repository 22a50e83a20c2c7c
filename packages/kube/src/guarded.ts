/**
 * What the action answers; undefined when it throws, which is reported. So is a promise that it answers and that is
 * rejected: an `async` function fits where nobody waits for one, and its failure would otherwise end the process.
 */
export function guarded<R>(action: () => R, report: (error: unknown) => void): R | undefined {
  try {
    const answer = action();
    if (isThenable(answer)) answer.then(undefined, report);
    return answer;
  } catch (error) {
    report(error);
    return undefined;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
