/**
 * Says a thing at once when it happens, and then at most once an interval, with how often it did: for what anybody who
 * can connect may cause.
 */
export function createRepeatLog(intervalMs: number, write: (key: string, count: number) => void) {
  const repeats = new Map<string, number>();

  const rest = (key: string): void => {
    setTimeout(() => {
      const count = repeats.get(key) ?? 0;
      repeats.delete(key);
      if (count > 0) say(key, count);
    }, intervalMs).unref();
  };

  const say = (key: string, count: number): void => {
    repeats.set(key, 0);
    rest(key);
    write(key, count);
  };

  return (key: string): void => {
    const count = repeats.get(key);
    if (count === undefined) say(key, 1);
    else repeats.set(key, count + 1);
  };
}
