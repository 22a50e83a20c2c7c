import { expect, test } from '@jest/globals';
import { nextCommit } from '../site-repository/nextCommit.ts';
import { plantGateways } from '../site-repository/plantGateways.ts';
import { differences, expectedChanges } from './expectedChanges.ts';

const { changes } = nextCommit();

test.each(plantGateways)('$name has files to change, and files to lose', (gateway) => {
  const hashes = [...expectedChanges(gateway, changes).values()];
  expect(hashes.filter((hash) => hash === null)).not.toEqual([]);
  expect(hashes.filter((hash) => hash !== null)).not.toEqual([]);
});

test('every change of the commit is expected in some gateway', () => {
  const expected = plantGateways.map((gateway) => expectedChanges(gateway, changes));
  const inRepository = (path: string) => path.replace('config/resources/core/ignition/tag-definition/', 'tags/');
  const paths = new Set(expected.flatMap((each) => [...each.keys()].map(inRepository)));
  expect([...paths].toSorted()).toEqual([...changes.keys()].toSorted());
});

test('a folder differs by what is missing, what is old and what was deleted in git', () => {
  const expected = new Map([
    ['same', 'a'],
    ['old', 'b'],
    ['missing', 'c'],
    ['deleted', null],
    ['gone', null],
  ]);
  expect(differences({ same: 'a', old: 'a', deleted: 'd', other: 'e' }, expected)).toEqual([
    'old has other content',
    'missing is missing',
    'deleted is still there',
  ]);
});
