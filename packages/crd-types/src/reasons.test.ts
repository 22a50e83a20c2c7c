import { expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasons } from './reasons.ts';

/** Where words for conditions, events and documents come from. Senders of push events and command lines have their own. */
const sources = ['apps/{agent,controller,injector-webhook}', 'packages/{gitref,ignition,sync-engine,template}'];

/** Said at start, in a log, on a command line, by a call that only libraries make, or in a label of a metric: never in the cluster. */
const notForTheCluster = new Set([
  'AlreadyInjected',
  'Drifted',
  'Injected',
  'InvalidCertificate',
  'InvalidEnvironment',
  'InvalidReview',
  'InvalidUsage',
  'LeaseLost',
  'NotRequested',
  'NothingToRevert',
  'Ping',
  'RefNotFollowed',
  'SecretMissing',
  'SnapshotDamaged',
  'SourceIOError',
  'StokerGone',
  'Usage',
]);

const root = join(import.meta.dirname, '../../..');
const code = sources
  .flatMap((folder) => globSync(`${folder}/src/**/*.ts`, { cwd: root }))
  .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'))
  .join('\n');

/** The ways in which reasons are written: in an error's options, in a table of classes, in a type of refusals. */
const spellings = [
  /\breason: '([A-Z]\w+)'/g,
  /^ {2}([A-Z]\w+): '(?:stalled|transient|waiting)',$/gm,
  /^ {2}\| '([A-Z]\w+)'/gm,
];

test('every reason that can reach the cluster is declared, so that it is in the reference', () => {
  const given = spellings.flatMap((spelling) => [...code.matchAll(spelling)].map(([, reason]) => reason ?? ''));
  const undeclared = new Set(given.filter((reason) => !(reason in reasons) && !notForTheCluster.has(reason)));
  expect([...undeclared].toSorted()).toEqual([]);
  expect(given.length).toBeGreaterThan(50);
});

test('every declared reason is given by something', () => {
  const unused = Object.keys(reasons).filter(
    (reason) => !new RegExp(`\\breasons\\.${reason}\\b|'${reason}'|^ {2}${reason}: '`, 'm').test(code),
  );
  expect(unused).toEqual([]);
});
