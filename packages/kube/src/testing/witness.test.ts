import { expect, test } from '@jest/globals';
import { areEqual } from './witness.ts';
import { object, type TestObject } from './steps.ts';

const one: TestObject = { ...object('one', '1'), data: { a: '1' } };
const two = object('two', '2');
const managed = { ...one, metadata: { ...one.metadata, managedFields: [{ manager: 'kubectl' }] } };

const comparisons: readonly (readonly [string, readonly TestObject[], boolean])[] = [
  ['the same objects in another order', [two, one], true],
  ['objects of which the server tells who manages them', [managed, two], true],
  ['other content under the same version', [{ ...one, data: { a: '2' } }, two], false],
  ['other labels under the same version', [{ ...one, metadata: { ...one.metadata, labels: { a: 'b' } } }, two], false],
  ['another object of the same name', [object('one', '1', 'another'), two], false],
  ['one object too few', [one], false],
  ['one object too many', [one, two, object('three', '3')], false],
];
test.each(comparisons)('%s', (_, others, areThey) => {
  expect(areEqual([one, two], others)).toBe(areThey);
});
