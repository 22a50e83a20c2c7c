import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';

test('the suites that run without a cluster are those that use none, and all others run on one', () => {
  const root = join(import.meta.dirname, '../..');
  const suitesOf = (project: string) => {
    const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--listTests'];
    const listed = execFileSync(process.execPath, [...jest, '--selectProjects', project], { cwd: root });
    const paths = String(listed).split('\n');
    return paths.flatMap((path) => (path.endsWith('.test.ts') ? basename(path) : [])).toSorted();
  };
  const all = readdirSync(join(root, 'e2e/tests')).toSorted();
  const usesNone = all.filter((name) => {
    const text = readFileSync(join(root, 'e2e/tests', name), 'utf8');
    return !/cluster\/(kubectl|helm|install|chooseCluster|addresses)\.ts'|src\/plant\//.test(text);
  });
  expect(suitesOf('e2e-no-cluster')).toEqual(usesNone);
  expect(suitesOf('e2e')).toEqual(all.filter((name) => !usesNone.includes(name)));
});
