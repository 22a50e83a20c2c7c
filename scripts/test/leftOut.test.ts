import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { leaveOutArguments, leftOut } from './leftOut.ts';

const folder = join(import.meta.dirname, '../../e2e/tests');
const suffix = '.e2e.test.ts';
const suites = readdirSync(folder)
  .filter((name) => name.endsWith(suffix))
  .map((name) => ({ suite: name.slice(0, -suffix.length), text: readFileSync(join(folder, name), 'utf8') }));

const names = (kind: Parameters<typeof leftOut>[0]) =>
  leftOut(kind)
    .map(({ suite }) => suite)
    .toSorted();
const suitesThat = (use: RegExp) => suites.flatMap(({ suite, text }) => (use.test(text) ? suite : [])).toSorted();

test('on a local cluster everything runs', () => {
  expect([leftOut('local'), leaveOutArguments(leftOut('local'))]).toEqual([[], []]);
});

test('on kind no suite runs that needs this machine at its address in the local cluster, or a Docker engine of its own', () => {
  expect(names('kind')).toEqual(suitesThat(/\b(hostAddress|startRegistry|startDockerEngine)\b/));
});

test('on the cluster of a kubeconfig no suite runs that breaks nodes, either', () => {
  const use = /\b(hostAddress|startRegistry|startDockerEngine|killContainers|stopComponent)\b/;
  expect(names('external')).toEqual(suitesThat(use));
});

test('jest is told to leave out these and no other', () => {
  const [argument = ''] = leaveOutArguments(leftOut('external'));
  const pattern = new RegExp(argument.slice('--testPathIgnorePatterns='.length));
  const ignored = suites.filter(({ suite }) => pattern.test(join(folder, suite + suffix)));
  expect(ignored.map(({ suite }) => suite).toSorted()).toEqual(names('external'));
});
