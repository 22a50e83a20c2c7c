import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { release } from '../examples/nameRelease.ts';

test('the example of the README names a release', () => {
  expect(release).toMatch(/^[0-9a-f]{20}$/);
});

test('the README shows the example as it is', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
  expect(read('../README.md')).toContain(read('../examples/nameRelease.ts').trim());
});
