import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { conditionTypes, reasons } from '@stoker/crd-types';
import { docsPath } from './pages.ts';

test('the troubleshooting page says what to do for every condition and every reason, once', () => {
  const rows = readFileSync(docsPath('troubleshooting.md'), 'utf8').match(/^\| `.*$/gm) ?? [];
  const named = rows.flatMap((row) => (row.split('|')[1] ?? '').match(/[A-Z]\w+/g) ?? []);
  expect(named.toSorted()).toEqual([...Object.values(conditionTypes), ...Object.values(reasons)].toSorted());
});
