import type { JsonPath } from './jsonPath.ts';

/** One value of a document, and the JSON text to put in its place. */
export interface JsonReplacement {
  readonly path: JsonPath;
  readonly text: string;
}

/** From and to which character a value reaches. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Puts other values into a JSON text and leaves every other character as it is: order, white space, the spelling of
 * numbers. Of a name that an object holds twice the last one counts, as in `JSON.parse`. `missing` is the first path that
 * names no value; then nothing is replaced. Throws `SyntaxError` for what is no JSON.
 */
export function replaceJsonValues(
  text: string,
  replacements: readonly JsonReplacement[],
): { readonly text: string } | { readonly missing: JsonPath } {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  JSON.parse(text.slice(start));
  const edits: (Span & { readonly text: string })[] = [];
  for (const { path, text: value } of replacements) {
    const span = locate(text, start, path);
    if (span === undefined) return { missing: path };
    edits.push({ ...span, text: value });
  }
  let replaced = '';
  let done = 0;
  for (const edit of edits.toSorted((left, right) => left.start - right.start)) {
    // A value inside one that is replaced as a whole is gone with it.
    if (edit.start < done) continue;
    replaced += text.slice(done, edit.start) + edit.text;
    done = edit.end;
  }
  return { text: replaced + text.slice(done) };
}

/** The text is known to be JSON. */
function locate(text: string, start: number, path: JsonPath): Span | undefined {
  let at = skipSpace(text, start);
  for (const step of path) {
    const next = typeof step === 'string' ? memberOf(text, at, step) : elementOf(text, at, step);
    if (next === undefined) return undefined;
    at = next;
  }
  return { start: at, end: skipValue(text, at) };
}

/** Where the value of a member begins. */
function memberOf(text: string, object: number, name: string): number | undefined {
  if (text[object] !== '{') return undefined;
  let found: number | undefined;
  let at = skipSpace(text, object + 1);
  while (text[at] !== '}') {
    const keyEnd = skipString(text, at);
    const value = skipSpace(text, skipSpace(text, keyEnd) + 1);
    if (JSON.parse(text.slice(at, keyEnd)) === name) found = value;
    at = skipSpace(text, skipValue(text, value));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return found;
}

/** Where an element begins. */
function elementOf(text: string, array: number, place: number): number | undefined {
  if (text[array] !== '[') return undefined;
  let at = skipSpace(text, array + 1);
  for (let index = 0; text[at] !== ']'; index += 1) {
    if (index === place) return at;
    at = skipSpace(text, skipValue(text, at));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return undefined;
}

function skipValue(text: string, start: number): number {
  if (text[start] === '"') return skipString(text, start);
  return text[start] === '{' || text[start] === '[' ? skipNested(text, start) : skipLiteral(text, start);
}

function skipNested(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const character = text[at] ?? '';
    if ('{['.includes(character)) depth += 1;
    if ('}]'.includes(character)) depth -= 1;
    at = character === '"' ? skipString(text, at) : at + 1;
  } while (depth > 0);
  return at;
}

function skipLiteral(text: string, start: number): number {
  let at = start;
  while (at < text.length && !/[,}\]\s]/.test(text[at] ?? '')) at += 1;
  return at;
}

/** Behind the closing quote. */
function skipString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return at;
}
