import { expect, test } from '@jest/globals';
import { profileNamesOf } from './profileNames.ts';

test.each([
  [undefined, []],
  ['', []],
  [' , ', []],
  ['site', ['site']],
  ['base, site', ['base', 'site']],
  ['site,base,site', ['site', 'base']],
])('a pod that says %j names the profiles %j', (annotation, names) => {
  const annotations = annotation === undefined ? {} : { 'stoker.io/sync-profile': annotation };
  expect(profileNamesOf(annotations)).toEqual(names);
});
