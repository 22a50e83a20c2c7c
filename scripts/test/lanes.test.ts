import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import config from '../../jest.config.mjs';
import { lanesOf } from './lanes.ts';

const projects = (...tiers: Parameters<typeof lanesOf>[0]) =>
  lanesOf(tiers).map((lane) => lane.map(({ project }) => project));

test('what needs no cluster runs beside what does, in the order of cost', () => {
  expect(projects('unit', 'api', 'e2e')).toEqual([['unit', 'api', 'e2e-no-cluster'], ['e2e']]);
  expect(projects('e2e')).toEqual([['e2e-no-cluster'], ['e2e']]);
  expect(projects('unit', 'api')).toEqual([['unit', 'api']]);
});

test('the suites that run without a cluster are those that use none', () => {
  const folder = join(import.meta.dirname, '../../e2e/tests');
  const usesNone = readdirSync(folder).filter((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return !/cluster\/(kubectl|helm|install|chooseCluster|addresses)\.ts'|src\/plant\//.test(text);
  });
  const patterns = config.projects.find(({ displayName }) => displayName === 'e2e-no-cluster')?.testMatch ?? [];
  expect(patterns.map((pattern) => pattern.slice(pattern.lastIndexOf('/') + 1)).toSorted()).toEqual(
    usesNone.toSorted(),
  );
});
