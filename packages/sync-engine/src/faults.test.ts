// Keeps docs/faults.md true: the tests that it names are there.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const rows = readFileSync(at('../docs/faults.md'), 'utf8').matchAll(/^\| (\d*).*?\| `([^`]*\.test\.ts)` (.*?) *\|$/gm);
const named = [...rows].map(([, fault = '', file = '', text = '']) => ({ fault, file, text }));

test('every fault that the engine answers for has a test', () => {
  const asked = [...Array.from({ length: 25 }, (_, index) => 16 + index), 82, 83, 84, 85, 86, 87, 88];
  expect(named.map(({ fault }) => fault).filter(Boolean)).toEqual(asked.map(String));
});

test.each(named)('$file has "$text"', ({ file, text }) => {
  expect(readFileSync(at(`../../../${file}`), 'utf8')).toContain(text);
});
