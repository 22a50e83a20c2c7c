/** Checks JSON piece by piece, so that a file of any size is checked in little memory. */
export interface JsonSyntax {
  /** False once the text cannot become JSON any more. */
  push(bytes: Uint8Array): boolean;
  /** True if what was pushed is one whole JSON text. */
  finish(): boolean;
}

type State =
  | 'value'
  | 'firstElement'
  | 'firstKey'
  | 'key'
  | 'colon'
  | 'afterValue'
  | 'string'
  | 'escape'
  | 'hex'
  | 'literal'
  | NumberState
  | 'wrong';

type NumberState = 'minus' | 'zero' | 'integer' | 'point' | 'fraction' | 'exponent' | 'exponentSign' | 'exponentDigits';

/** Where a number may end, and what may follow each part of it. */
const numberEnds: ReadonlySet<State> = new Set(['zero', 'integer', 'fraction', 'exponentDigits']);
const numberParts: Readonly<Record<NumberState, readonly (readonly [RegExp, NumberState])[]>> = {
  minus: [
    [/0/, 'zero'],
    [/[1-9]/, 'integer'],
  ],
  zero: [
    [/\./, 'point'],
    [/[eE]/, 'exponent'],
  ],
  integer: [
    [/[0-9]/, 'integer'],
    [/\./, 'point'],
    [/[eE]/, 'exponent'],
  ],
  point: [[/[0-9]/, 'fraction']],
  fraction: [
    [/[0-9]/, 'fraction'],
    [/[eE]/, 'exponent'],
  ],
  exponent: [
    [/[+-]/, 'exponentSign'],
    [/[0-9]/, 'exponentDigits'],
  ],
  exponentSign: [[/[0-9]/, 'exponentDigits']],
  exponentDigits: [[/[0-9]/, 'exponentDigits']],
};

/** RFC 8259, with a byte order mark allowed in front, and nothing but UTF-8. */
export function startJsonSyntax(): JsonSyntax {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const open: ('{' | '[')[] = [];
  let state: State = 'value';
  let isKey = false;
  let rest = '';
  let hexDigits = 0;

  const close = (opener: '{' | '['): State => (open.pop() === opener ? 'afterValue' : 'wrong');

  const startValue = (character: string): State => {
    if (character === '"') return 'string';
    if (character === '{' || character === '[') {
      open.push(character);
      return character === '{' ? 'firstKey' : 'firstElement';
    }
    if (character === '-') return 'minus';
    if (character === '0') return 'zero';
    if (character >= '1' && character <= '9') return 'integer';
    rest = { t: 'rue', f: 'alse', n: 'ull' }[character] ?? '';
    return rest === '' ? 'wrong' : 'literal';
  };

  const startKey = (character: string): State => {
    isKey = character === '"';
    return isKey ? 'string' : 'wrong';
  };

  const afterValue = (character: string): State => {
    if (character === '}') return close('{');
    if (character === ']') return close('[');
    if (character !== ',' || open.length === 0) return 'wrong';
    return open.at(-1) === '{' ? 'key' : 'value';
  };

  const inString = (character: string): State => {
    if (character === '\\') return 'escape';
    if (character < ' ') return 'wrong';
    if (character !== '"') return 'string';
    const next = isKey ? 'colon' : 'afterValue';
    isKey = false;
    return next;
  };

  const inEscape = (character: string): State => {
    hexDigits = 0;
    return character === 'u' ? 'hex' : '"\\/bfnrt'.includes(character) ? 'string' : 'wrong';
  };

  const inHex = (character: string): State => {
    if (!/[0-9a-fA-F]/.test(character)) return 'wrong';
    hexDigits += 1;
    return hexDigits === 4 ? 'string' : 'hex';
  };

  const inLiteral = (character: string): State => {
    if (character !== rest[0]) return 'wrong';
    rest = rest.slice(1);
    return rest === '' ? 'afterValue' : 'literal';
  };

  const between = (character: string, current: State): State => {
    if (character === ' ' || character === '\n' || character === '\r' || character === '\t') return current;
    switch (current) {
      case 'value':
        return startValue(character);
      case 'firstElement':
        return character === ']' ? close('[') : startValue(character);
      case 'firstKey':
        return character === '}' ? close('{') : startKey(character);
      case 'key':
        return startKey(character);
      case 'colon':
        return character === ':' ? 'value' : 'wrong';
      default:
        return afterValue(character);
    }
  };

  const step = (character: string): State => {
    switch (state) {
      case 'string':
        return inString(character);
      case 'escape':
        return inEscape(character);
      case 'hex':
        return inHex(character);
      case 'literal':
        return inLiteral(character);
      case 'wrong':
        return 'wrong';
      default:
        if (!isNumberState(state)) return between(character, state);
    }
    const next = numberParts[state].find(([pattern]) => pattern.test(character))?.[1];
    return next ?? (numberEnds.has(state) ? between(character, 'afterValue') : 'wrong');
  };

  const feed = (text: string): boolean => {
    for (let index = 0; index < text.length && state !== 'wrong'; index += 1) state = step(text.charAt(index));
    return state !== 'wrong';
  };
  const decode = (bytes?: Uint8Array): string | undefined => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch {
      return undefined; // Not UTF-8, which is all there is to say.
    }
  };
  const take = (bytes?: Uint8Array): boolean => {
    const text = decode(bytes);
    if (text === undefined) state = 'wrong';
    return text !== undefined && feed(text);
  };

  return {
    push: (bytes) => take(bytes),
    finish: () => take() && open.length === 0 && (state === 'afterValue' || numberEnds.has(state)),
  };
}

function isNumberState(state: State): state is NumberState {
  return Object.hasOwn(numberParts, state);
}
