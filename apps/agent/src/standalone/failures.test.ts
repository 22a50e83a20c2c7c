import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createRepository, startGitServer, type GitServer, type TestRepository } from '@stoker/gitref/testing';
import { readFolder } from '../testing/folder.ts';
import { runHere } from '../testing/runAgent.ts';

const token = 'glpat-not-for-any-log';
let root: string;
let target: string;
let repository: TestRepository;
let server: GitServer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'stoker-agent-'));
  repository = await createRepository(root, 'plant');
  await repository.commit({ 'projects/a/project.json': '{}', 'folder/b.txt': 'b' });
  await repository.commit({ link: { symlink: '/etc/passwd' } }, { branch: 'symlink' });
  await repository.commit({ 'projects/a/project.json': '{"half":' }, { branch: 'broken-json' });
  server = await startGitServer(root, { credentials: { token } });
  writeFileSync(join(root, 'token'), `${token}\n`);
  writeFileSync(join(root, 'wrong-token'), 'wrong');
  writeFileSync(join(root, 'empty'), '');
  writeFileSync(join(root, 'not.yaml'), 'a: [');
  writeFileSync(join(root, 'list.yaml'), '- 1');
  writeFileSync(join(root, 'two.yaml'), 'a: 1\n---\nb: 2\n');
  writeFileSync(join(root, 'bomb.yaml'), bomb());
  writeProfile('unknown-field.yaml', { mappings: [{ source: 'a', destination: 'b', purge: true }] });
  writeProfile('escape.yaml', { mappings: [{ source: 'folder', destination: '../outside' }] });
  writeProfile('escape-by-name.yaml', { mappings: [{ source: 'folder', destination: '{{.GatewayName}}' }] });
  writeProfile('pod.yaml', { mappings: [{ source: 'folder', destination: '{{.PodName}}' }] });
  writeProfile('long-name.yaml', longPath('a/{{.Vars.text}}', 'é'.repeat(128)));
  writeProfile(
    'long-path.yaml',
    longPath(Array.from({ length: 50 }, () => '{{.Vars.text}}').join('/'), 'a'.repeat(100)),
  );
  writeProfile('missing-source.yaml', { mappings: [{ source: 'nowhere', destination: 'x', required: true }] });
});

afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  target = mkdtempSync(join(root, 'target-'));
  writeFileSync(join(target, 'mine.txt'), 'was here before');
});

function writeProfile(name: string, spec: object): void {
  const document = { apiVersion: 'stoker.io/v1alpha1', kind: 'SyncProfile', metadata: { name: 'site' }, spec };
  writeFileSync(join(root, name), JSON.stringify(document));
}

/** Short as it is written, long as it is rendered. */
function longPath(destination: string, text: string): object {
  return {
    mappings: [
      { source: 'folder', destination: 'b' },
      { source: 'folder', destination },
    ],
    vars: { text },
  };
}

/** "Billion laughs": each level names the one before it ten times. */
function bomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level}, `.repeat(10)}]`,
  );
  return ['a0: &a0 x', ...levels].join('\n');
}

function sync(...args: string[]) {
  return runHere(['sync', '--target', target, '--output', 'json', ...args], { XDG_CACHE_HOME: join(root, 'cache') });
}

const local = () => ['--repo', repository.path, '--ref', 'main'];

describe('a sync that cannot be done leaves the target alone and says why', () => {
  const cases: readonly [string, () => string[], number, string, string?][] = [
    ['an unknown ref', () => ['--repo', repository.path, '--ref', 'mian'], 1, 'RefNotFound', 'mian'],
    ['a missing repository', () => ['--repo', join(root, 'nothing.git'), '--ref', 'main'], 1, 'RepositoryNotFound'],
    [
      'a broken JSON file in git',
      () => ['--repo', repository.path, '--ref', 'broken-json'],
      1,
      'InvalidJson',
      'project.json',
    ],
    [
      'a required source that is missing',
      () => [...local(), '--profile', join(root, 'missing-source.yaml')],
      1,
      'SourceMissing',
      'spec.mappings[0].source: there is no folder with files at \\"nowhere\\"; looked at commit',
    ],
    ['a wrong token', () => [...remote(), '--token-file', join(root, 'wrong-token')], 1, 'AuthenticationFailed'],
    ['no token', () => remote(), 1, 'AuthenticationFailed'],
    ['a server that is not there', () => ['--repo', 'http://127.0.0.1:1/x.git', '--ref', 'main'], 1, 'GitUnreachable'],
    ['a transport that runs programs', () => ['--repo', 'ext::sh -c id', '--ref', 'main'], 2, 'InvalidRepositoryUrl'],
    ['a password in the URL', () => ['--repo', 'https://me:pw@host/x.git', '--ref', 'main'], 2, 'InvalidRepositoryUrl'],
    ['a ref that is an option', () => ['--repo', repository.path, '--ref=--upload-pack=id'], 2, 'InvalidRef'],
    ['a short SHA', () => ['--repo', repository.path, '--ref', 'abc1234'], 2, 'InvalidRef'],
    ['a profile file that is missing', () => [...local(), '--profile', join(root, 'no.yaml')], 2, 'Usage', 'no.yaml'],
    ['a profile that is no YAML', () => [...local(), '--profile', join(root, 'not.yaml')], 2, 'Usage', 'not.yaml'],
    ['a profile file of two documents', () => [...local(), '--profile', join(root, 'two.yaml')], 2, 'Usage', 'several'],
    ['a YAML alias bomb', () => [...local(), '--profile', join(root, 'bomb.yaml')], 2, 'Usage', 'bomb.yaml'],
    [
      'a profile that is a list',
      () => [...local(), '--profile', join(root, 'list.yaml')],
      2,
      'InvalidResource',
      'SyncProfile',
    ],
    [
      'a misspelt field',
      () => [...local(), '--profile', join(root, 'unknown-field.yaml')],
      2,
      'InvalidResource',
      'purge',
    ],
    ['a destination outside', () => [...local(), '--profile', join(root, 'escape.yaml')], 2, 'InvalidResource', '..'],
    [
      'a pod’s variable without a pod',
      () => [...local(), '--profile', join(root, 'pod.yaml')],
      2,
      'InvalidTemplate',
      'PodName',
    ],
    ['an empty token file', () => [...remote(), '--token-file', join(root, 'empty')], 2, 'Usage', 'empty'],
    ['a user without a token', () => [...remote(), '--username', 'me'], 2, 'Usage', '--token-file'],
    ['an unknown option', () => [...local(), '--profle', 'x'], 2, 'Usage', '--profle'],
    ['a symlink in git', () => ['--repo', repository.path, '--ref', 'symlink'], 3, 'SymlinkRefused', 'link'],
    [
      'a rendered name of more than 255 bytes',
      () => [...local(), '--profile', join(root, 'long-name.yaml')],
      3,
      'UnsafePath',
      'spec.mappings[1].destination',
    ],
    [
      'a rendered path of more than 4,096 characters',
      () => [...local(), '--profile', join(root, 'long-path.yaml')],
      3,
      'UnsafePath',
      'spec.mappings[1].destination',
    ],
    ['a proxy that is no URL', () => [...remote(), '--proxy', 'me:pw@proxy'], 2, 'InvalidProxy'],
    [
      'a name that leads outside',
      () => [...local(), '--profile', join(root, 'escape-by-name.yaml'), '--gateway-name', '../x'],
      3,
      'UnsafePath',
    ],
  ];

  test.each(cases.map(([name, ...rest]) => ({ name, rest })))(
    '$name',
    async ({ rest: [args, code, reason, named] }) => {
      const run = await sync(...args());
      const result: unknown = JSON.parse(run.stdout);
      expect(result).toMatchObject({
        outcome: code === 3 ? 'refused' : 'failed',
        counts: { added: 0, modified: 0, deleted: 0, unchanged: 0 },
        error: { reason, message: expect.any(String) },
      });
      expect([run.code, run.stderr]).toEqual([code, '']);
      expect(JSON.stringify(result)).toContain(named ?? reason);
      expect(readFolder(target)).toEqual({ 'mine.txt': 'was here before' });
      expect(run.stdout).not.toMatch(/glpat|me:pw/);
    },
  );

  test('a symlink on the way in the target is not followed', async () => {
    const outside = mkdtempSync(join(root, 'outside-'));
    symlinkSync(outside, join(target, 'projects'));
    const run = await sync(...local());
    expect([run.code, JSON.parse(run.stdout)]).toMatchObject([3, { error: { reason: 'TargetUnsafe' } }]);
    expect(readFolder(outside)).toEqual({});
  });

  test('a source that vanished deletes nothing', async () => {
    writeProfile('folder.yaml', { mappings: [{ source: 'folder', destination: 'managed' }] });
    const args = ['--repo', repository.path, '--profile', join(root, 'folder.yaml')];
    expect((await sync(...args, '--ref', 'main')).code).toBe(0);
    await repository.git(['branch', 'emptied', 'main']);
    await repository.commit({ 'folder/b.txt': null }, { branch: 'emptied' });
    const run = await sync(...args, '--ref', 'emptied');
    expect([run.code, JSON.parse(run.stdout)]).toMatchObject([3, { error: { reason: 'SourceVanished' } }]);
    expect(readFolder(target)).toMatchObject({ 'managed/b.txt': 'b' });
  });

  test('a target that is a file is no target', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    const run = await runHere(['sync', '--target', file, ...local()], {});
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain('a-file is no folder');
  });

  test.each(['status', 'recover', 'clean'])(
    '%s wants a folder that is there, and not the whole file system',
    async (command) => {
      const missing = await runHere([command, '--target', join(root, 'nowhere')], {});
      expect([missing.code, missing.stdout]).toEqual([2, '']);
      expect(missing.stderr).toContain('nowhere does not exist');
      const whole = await runHere([command, '--target', '/', '--output', 'json'], {});
      expect([whole.code, JSON.parse(whole.stdout)]).toMatchObject([3, { outcome: 'refused' }]);
    },
  );

  test('a target whose name no file system takes is a mistake of the command line', async () => {
    const run = await runHere(['sync', '--target', join(root, 'x'.repeat(300)), ...local()], {});
    expect([run.code, run.stdout]).toEqual([2, '']);
    expect(run.stderr).toContain('cannot be looked at: ENAMETOOLONG');
  });

  test('the root of the file system is no target', async () => {
    const run = await runHere(['sync', '--target', '/', '--dry-run', ...local()], {});
    expect([run.code, run.stdout]).toEqual([3, '']);
    expect(run.stderr).toContain('--target / is the whole file system');
  });
});

test('a token comes from its file and reaches the server alone', async () => {
  const run = await sync(...remote(), '--token-file', join(root, 'token'));
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(readFolder(target)).toMatchObject({ 'folder/b.txt': 'b' });
  expect(run.stdout).not.toContain(token);
});

function remote(): string[] {
  return ['--repo', server.url('plant.git'), '--ref', 'main'];
}
