// The programs as they are shipped, bundled: what only a bundle can break.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRepository, type TestRepository } from '@stoker/gitref/testing';
import { checkout } from '../src/cluster/paths.ts';

const run = promisify(execFile);
let root: string;
let repository: TestRepository;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'stoker-programs-'));
  repository = await createRepository(root, 'plant');
  await repository.commit({ 'projects/line/project.json': '{}' });
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function program(app: string, ...args: string[]) {
  return run(process.execPath, [join(checkout, 'apps', app, 'bundle/main.js'), ...args]);
}

describe.each(['agent', 'controller', 'injector-webhook'])('%s', (app) => {
  test('tells its version and its help', async () => {
    const { version } = JSON.parse(readFileSync(join(checkout, 'apps', app, 'package.json'), 'utf8'));
    expect((await program(app, '--version')).stdout).toContain(version);
    expect((await program(app, '--help')).stdout).toContain('Usage');
  });
});

const profile = `
apiVersion: stoker.io/v1alpha1
kind: SyncProfile
metadata: { name: site }
spec:
  mappings:
    - { source: 'projects/{{.Vars.area}}', destination: projects/here }
`;

test('the agent syncs with a profile from a file', async () => {
  const [file, target] = [join(root, 'site.yaml'), join(root, 'target')];
  writeFileSync(file, profile);
  const what = ['--repo', repository.path, '--ref', 'main', '--profile', file, '--set', 'area=line'];
  const { stdout } = await program('agent', 'sync', ...what, '--target', target, '--output', 'json');
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'synced', counts: { added: 1 } });
  expect(readFileSync(join(target, 'projects/here/project.json'), 'utf8')).toBe('{}');
});
