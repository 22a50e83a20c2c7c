import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createRepository, type TestRepository } from '@stoker/gitref/testing';
import { readFolder } from '../testing/folder.ts';
import { runAgent, runHere } from '../testing/runAgent.ts';

let root: string;
let target: string;
let repository: TestRepository;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'stoker-agent-'));
  target = join(root, 'target');
  repository = await createRepository(root, 'plant');
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs a command on the test's repository and target. */
function agent(command: string, ...args: string[]) {
  const env = { XDG_CACHE_HOME: join(root, 'cache') };
  return runHere([command, '--repo', repository.path, '--target', target, ...args], env);
}

async function agentJson(command: string, ...args: string[]) {
  const run = await agent(command, ...args, '--output', 'json');
  const lines = run.stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  const data: unknown = JSON.parse(lines[0] ?? '');
  return { code: run.code, data, stderr: run.stderr };
}

function profile(spec: object): string {
  const file = join(root, 'profile.yaml');
  const document = { apiVersion: 'stoker.io/v1alpha1', kind: 'SyncProfile', metadata: { name: 'site' }, spec };
  writeFileSync(file, JSON.stringify(document));
  return file;
}

describe('sync', () => {
  test('makes a folder equal to git, again and again, live edits included', async () => {
    const first = await repository.commit({ 'projects/a/project.json': '{}', 'projects/b/view.json': '{"b":1}' });
    expect(await agentJson('sync', '--ref', 'main')).toEqual({
      code: 0,
      data: {
        outcome: 'synced',
        commit: first,
        ref: 'main',
        counts: { added: 2, modified: 0, deleted: 0, unchanged: 0 },
      },
      stderr: '',
    });
    expect(await agentJson('sync', '--ref', 'main')).toMatchObject({
      code: 0,
      data: { outcome: 'unchanged', counts: { added: 0, modified: 0, deleted: 0, unchanged: 2 } },
    });

    writeFileSync(join(target, 'projects/a/project.json'), '{"edited":"live"}');
    const second = await repository.commit({ 'projects/b/view.json': null, 'projects/c/new.json': '[]' });
    expect(await agentJson('sync', '--ref', 'main')).toMatchObject({
      data: { outcome: 'synced', commit: second, counts: { added: 1, modified: 1, deleted: 1, unchanged: 0 } },
    });
    expect(readFolder(target)).toEqual({ 'projects/a/project.json': '{}', 'projects/c/new.json': '[]' });
  });

  test('says in one line what it did, for people', async () => {
    const commit = await repository.commit({ 'projects/a/project.json': '{}' });
    const run = await agent('sync', '--ref', 'main');
    expect(run.stdout).toBe(`synced to main (${commit.slice(0, 12)}): 1 added, 0 modified, 0 deleted, 0 unchanged\n`);
  });

  test('follows a profile: mappings, gateway name, variables, deployment mode, excludes', async () => {
    await repository.commit({
      'shared/projects/base/project.json': '{}',
      'sites/north/line-7/config.json': '{"line":7}',
      'modes/test/config-mode.json': '{"mode":"test"}',
      'shared/projects/base/notes.md': 'not for a gateway',
    });
    const file = profile({
      mappings: [
        { source: 'shared/projects', destination: 'projects' },
        { source: 'sites/{{.GatewayName}}/line-{{.Vars.line}}', destination: 'config/resources/core/line' },
      ],
      deploymentMode: { name: 'test', source: 'modes/test' },
      excludePatterns: ['**/*.md'],
      vars: { line: '1' },
    });
    const run = await agent('sync', '--ref', 'main', '--profile', file, '--gateway-name', 'north', '--set', 'line=7');
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(readFolder(target)).toEqual({
      'projects/base/project.json': '{}',
      'config/resources/core/line/config.json': '{"line":7}',
      'config/resources/core/config-mode.json': '{"mode":"test"}',
    });
  });

  test('takes a tag and a full commit SHA as well', async () => {
    const first = await repository.commit({ 'a.txt': '1' });
    await repository.git(['tag', '-a', '-m', 'one', 'v1', first]);
    await repository.commit({ 'a.txt': '2' });
    expect(await agentJson('sync', '--ref', 'v1')).toMatchObject({ code: 0, data: { commit: first, ref: 'v1' } });
    expect(await agentJson('sync', '--ref', first)).toMatchObject({ code: 0, data: { outcome: 'unchanged' } });
    expect(readFolder(target)).toEqual({ 'a.txt': '1' });
  });

  test('as a process of its own writes its result and nothing else, and loads nothing that talks to a cluster', async () => {
    await repository.commit({ 'a.txt': '1' });
    const guard = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        const found = next(name, context);
        if (/packages\\/kube\\/|client-node/.test(found.url)) throw new Error('loaded ' + found.url);
        return found;
      } });`;
    const args = ['sync', '--repo', repository.path, '--ref', 'main', '--target', target, '--output', 'json'];
    const run = await runAgent(args, {
      env: { XDG_CACHE_HOME: join(root, 'cache') },
      nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(guard)}`],
    });
    expect([run.code, run.stderr, JSON.parse(run.stdout)]).toMatchObject([0, '', { outcome: 'synced' }]);
  });
});

describe('a look ahead', () => {
  test('sync --dry-run counts and lists, and changes nothing', async () => {
    const commit = await repository.commit({ 'a.txt': '1', 'b.txt': '2' });
    expect(await agentJson('sync', '--ref', 'main', '--dry-run')).toMatchObject({
      code: 0,
      data: { outcome: 'dry-run', commit, counts: { added: 2, modified: 0, deleted: 0, unchanged: 0 } },
    });
    const { stdout } = await agent('sync', '--ref', 'main', '--dry-run');
    expect(stdout.split('\n').slice(0, 2)).toEqual(['+ a.txt', '+ b.txt']);
    expect(existsSync(join(target, 'a.txt'))).toBe(false);
  });

  test('diff lists every file with what would happen to it', async () => {
    await repository.commit({ 'a.txt': '1', 'b.txt': '2' });
    await agent('sync', '--ref', 'main');
    const commit = await repository.commit({ 'a.txt': null, 'b.txt': '3', 'c.txt': '4' });
    const run = await agent('diff', '--ref', 'main');
    expect(run.stdout.split('\n')).toEqual([
      '- a.txt',
      '~ b.txt',
      '+ c.txt',
      `would change to main (${commit.slice(0, 12)}): 1 added, 1 modified, 1 deleted, 0 unchanged`,
      '',
    ]);
    expect(await agentJson('diff', '--ref', 'main')).toMatchObject({
      data: { changes: expect.arrayContaining([expect.objectContaining({ path: 'c.txt', kind: 'added' })]) },
    });
    expect(readFolder(target)).toEqual({ 'a.txt': '1', 'b.txt': '2' });
  });

  test('diff counts each project by itself', async () => {
    await repository.commit({ 'projects/a/project.json': '{}', 'projects/b/project.json': '{}', 'c.txt': 'c' });
    await agent('sync', '--ref', 'main');
    await repository.commit({ 'projects/a/view.json': '{}', 'projects/b/project.json': '{"title":"b"}' });
    expect(await agentJson('diff', '--ref', 'main')).toMatchObject({
      data: {
        projects: [
          { folder: 'projects/a', counts: { added: 1, modified: 0, deleted: 0, unchanged: 1 }, drifted: 0 },
          { folder: 'projects/b', counts: { added: 0, modified: 1, deleted: 0, unchanged: 0 }, drifted: 0 },
        ],
      },
    });
  });
});

describe('what the target knows', () => {
  test('status, recover and clean need the target alone', async () => {
    const commit = await repository.commit({ 'a.txt': '1' });
    await agent('sync', '--ref', 'main');
    const status = await runHere(['status', '--target', target], {});
    expect(status.stdout).toContain(`synced to main (${commit.slice(0, 12)})`);
    const json = await runHere(['status', '--target', target, '--output', 'json'], {});
    expect(JSON.parse(json.stdout)).toMatchObject({ release: { commit, ref: 'main' }, files: 1, interrupted: false });
    const recover = await runHere(['recover', '--target', target, '--output', 'json'], {});
    expect([recover.code, JSON.parse(recover.stdout)]).toEqual([0, { outcome: 'nothing' }]);
    expect((await runHere(['clean', '--target', target], {})).code).toBe(0);
    expect(existsSync(join(target, '.stoker'))).toBe(false);
    expect(readFolder(target)).toEqual({ 'a.txt': '1' });
  });

  test('status of a folder that was never synced says so', async () => {
    const run = await runHere(['status', '--target', root], {});
    expect(run).toMatchObject({ code: 0, stdout: 'never synced\n' });
  });
});
