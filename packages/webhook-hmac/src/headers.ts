import type { Headers } from './types.ts';

/** Every value of a header, whatever the case of its name. More than one may be an attempt to be read in two ways. */
export function headerValues(headers: Headers, name: string): readonly string[] {
  return Object.keys(headers)
    .filter((key) => key.toLowerCase() === name)
    .flatMap((key) => headers[key] ?? [])
    .filter((value) => typeof value === 'string');
}

/** The value of a header that came exactly once. `name` in lower case. */
export function header(headers: Headers, name: string): string | undefined {
  const values = headerValues(headers, name);
  return values.length === 1 ? values[0] : undefined;
}
