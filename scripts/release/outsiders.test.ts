import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { checkout } from '../../e2e/src/cluster/paths.ts';
import { runProgram } from '../../e2e/src/cluster/runProgram.ts';
import { removeStaleOutputs } from '../setup/removeStaleOutputs.ts';
import { readPackages } from './readPackages.ts';
import { makeOutsiderProject, oldestNodeVersion, packAll, type OutsiderProject } from './testing/outsiderProject.ts';

const published = [...readPackages(checkout)].filter(([, found]) => !found.private);
const libraries = published.filter(([, found]) => found.isLibrary);
const programs = published.filter(([, found]) => !found.isLibrary);
const manifests = libraries.map(([, { folder }]) =>
  JSON.parse(readFileSync(join(checkout, folder, 'package.json'), 'utf8')),
);
/** Every module that can be imported: `@stoker/gitref`, `@stoker/gitref/testing`. */
const entries: { entry: string; node: string }[] = manifests.flatMap(({ name, exports, engines }) =>
  Object.keys(exports).map((path) => ({ entry: name + path.slice(1), node: engines.node })),
);

// Compilers and programs are started here; how long they take is not what is tested.
jest.setTimeout(120_000);

let temporary: string;
let project: OutsiderProject;
let packedPrograms: ReadonlyMap<string, string>;

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'stoker-outsider-'));
  removeStaleOutputs(checkout);
  await runProgram(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], { cwd: checkout });
  const bundled = programs.map(([, { folder }]) => folder);
  await runProgram(process.execPath, ['scripts/bundle.ts', ...bundled], { cwd: checkout });
  packedPrograms = await packAll(programs, join(temporary, 'programs'));
  const tarballs = await packAll(libraries, join(temporary, 'tarballs'));
  project = await makeOutsiderProject(join(temporary, 'project'), tarballs);
  const readme = readFileSync(join(checkout, 'packages/sync-engine/README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  writeFileSync(
    join(project.folder, 'src/sync.ts'),
    example.replace('/srv/config/site-a', join(temporary, 'from')).replace('/var/lib/app', join(temporary, 'to')),
  );
});

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

function run(node: string, ...args: string[]) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: temporary };
  return spawnSync(node, args, { cwd: project.folder, env, encoding: 'utf8' });
}

/** Where it runs, by what `engines` promises. */
const nodeFor = (range: string) => (range === '>=22.19' && project.oldestNode) || process.execPath;

describe('in a plain npm project', () => {
  test.each([
    { moduleResolution: 'node16', module: 'node16' },
    { moduleResolution: 'nodenext', module: 'nodenext' },
    { moduleResolution: 'bundler', module: 'preserve' },
  ])('every example compiles with moduleResolution $moduleResolution and all types checked', (resolution) => {
    const imports = entries.map(({ entry }, index) => `export * as entry${index} from '${entry}';`);
    writeFileSync(join(project.folder, 'src/entries.ts'), imports.join('\n'));
    const compilerOptions = {
      ...resolution,
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable', 'esnext.error'],
      types: ['node'],
      strict: true,
      skipLibCheck: false,
      noEmit: true,
    };
    writeFileSync(join(project.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }));
    const { stdout, status } = run(process.execPath, 'node_modules/typescript/bin/tsc', '--project', '.');
    expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
  });

  test('the oldest Node is the one that the packages name, or there is none for this machine', () => {
    const named = manifests.map(({ engines }) => engines.node);
    expect(named.filter((range) => range !== '>=24' && !oldestNodeVersion.startsWith(range.slice(2)))).toEqual([]);
    const version = `v${oldestNodeVersion}\n`;
    expect(project.oldestNode ? run(project.oldestNode, '--version').stdout : version).toBe(version);
  });

  test.each(entries)(
    '$entry loads under the oldest Node it promises ($node), with all its names',
    ({ entry, node }) => {
      const list = `console.log(Object.keys(await import('${entry}')).sort().join())`;
      const outside = run(nodeFor(node), '--input-type=module', '--eval', list);
      expect(outside.stderr).toBe('');
      const fromSource = ['--conditions=@stoker/source', '--input-type=module', '--eval', list];
      const cwd = join(checkout, 'packages', entry.split('/')[1] ?? '');
      expect(outside.stdout).toBe(spawnSync(process.execPath, fromSource, { cwd, encoding: 'utf8' }).stdout);
    },
  );

  test('the ten lines of the README of @stoker/sync-engine sync a folder', () => {
    mkdirSync(join(temporary, 'from'));
    mkdirSync(join(temporary, 'to'));
    writeFileSync(join(temporary, 'from/a.json'), '{}');
    const { stdout, stderr } = run(nodeFor('>=22.19'), 'src/sync.ts');
    expect(withoutWarnings(stderr)).toBe('');
    expect(stdout).toContain('1 added, 0 modified, 0 deleted');
    expect(readFileSync(join(temporary, 'to/conf/a.json'), 'utf8')).toBe('{}');
  });

  test.each([
    { file: 'explain.ts', node: '>=22.19', says: 'RefNotFound: ' },
    { file: 'renderPath.ts', node: '>=22.19', says: 'sites/plant/area-1' },
    { file: 'nameRelease.ts', node: '>=22.19', says: '' },
    { file: 'receive.ts', node: '>=22.19', says: '' },
    { file: 'logSync.ts', node: '>=24', says: '"sync done"' },
  ])('the example $file runs', ({ file, node, says }) => {
    const { stdout, stderr, status } = run(nodeFor(node), `src/${file}`, 'a-token');
    expect(withoutWarnings(stderr)).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain(says);
  });

  test('the example of @stoker/gitref lists the files of a commit', async () => {
    const repository = join(temporary, 'repository');
    mkdirSync(join(repository, 'projects'), { recursive: true });
    writeFileSync(join(repository, 'projects/project.json'), '{}');
    const git = (...args: string[]) => runProgram('git', ['-C', repository, ...args]);
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '.');
    await git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message=first');
    const { stdout, stderr } = run(process.execPath, 'src/listCommit.ts', repository, 'main', join(temporary, 'cache'));
    expect(stderr).toBe('');
    expect(stdout).toContain('projects/project.json');
  });
});

describe('npx', () => {
  const name = 'kubectl-stoker';
  let folder: string;

  /** As a person does in a shell, with nothing in reach but what is installed. */
  const npx = (...args: string[]) => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: temporary, KUBECONFIG: join(temporary, 'kubeconfig') };
    return spawnSync('npx', ['--no-install', '--offline', name, ...args], { cwd: folder, env, encoding: 'utf8' });
  };

  beforeAll(async () => {
    folder = join(temporary, 'person');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--offline', '--cache', join(temporary, 'empty')];
    await runProgram('npm', ['install', ...flags, packedPrograms.get(name) ?? ''], { cwd: folder });
  });

  test('has kubectl-stoker as the only program that is published, in a package that brings nothing along', () => {
    expect([...packedPrograms.keys()]).toEqual([name]);
    const installed = readdirSync(join(folder, 'node_modules')).filter((entry) => !entry.startsWith('.'));
    expect(installed).toEqual([name]);
    const files = readdirSync(join(folder, 'node_modules', name)).filter((file) => file !== 'CHANGELOG.md');
    expect(files.toSorted()).toEqual(['LICENSE', 'README.md', 'THIRD-PARTY-LICENSES.txt', 'main.js', 'package.json']);
  });

  test('has with it the licenses of what is in its bundle', () => {
    const text = readFileSync(join(folder, 'node_modules', name, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    const licenses = new Map(text.split(/^-{80}$/m).map((section) => [/^\S+/m.exec(section)?.[0], section]));
    expect([...licenses.keys()]).toEqual(expect.arrayContaining(['@kubernetes/client-node', 'js-yaml', 'yaml']));
    expect(licenses.get('@kubernetes/client-node')).toContain('Apache License');
    expect(licenses.get('js-yaml')).toContain('Copyright');
    expect([...licenses.keys()].filter((entry) => entry?.startsWith('@stoker/'))).toEqual([]);
  });

  test('runs it, and hands on what it says and its exit code', () => {
    const { version } = JSON.parse(readFileSync(join(checkout, 'apps', name, 'package.json'), 'utf8'));
    expect(npx('--version')).toMatchObject({ stdout: `${version}\n`, stderr: '', status: 0 });
    expect(npx('--help').stdout).toContain('Usage: kubectl stoker COMMAND');
    expect(npx('gett')).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('did you mean "get"?'),
      status: 2,
    });
  });

  test('takes it as far as the cluster of the kubeconfig, which is not there', () => {
    const named = { cluster: { server: 'https://127.0.0.1:1' }, context: { cluster: 'plant', user: 'person' } };
    const kubeconfig = {
      clusters: [{ name: 'plant', cluster: named.cluster }],
      contexts: [{ name: 'plant', context: named.context }],
      users: [{ name: 'person', user: { token: 'a-token' } }],
      'current-context': 'plant',
    };
    writeFileSync(join(temporary, 'kubeconfig'), JSON.stringify(kubeconfig));
    const { status, stderr } = npx('get');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('is it the right cluster? choose with --context or --kubeconfig'),
    });
  });

  test('on an older Node hears which one it needs', () => {
    const sentence = `kubectl-stoker needs Node 24 or newer, and this is Node ${oldestNodeVersion}: https://nodejs.org\n`;
    const program = join(folder, 'node_modules', name, 'main.js');
    const { stderr, status } = project.oldestNode
      ? run(project.oldestNode, program, 'get')
      : { stderr: sentence, status: 1 };
    expect({ stderr, status }).toEqual({ stderr: sentence, status: 1 });
  });
});

/** Node 22 says that it strips types; a stranger's compiler does that instead. */
function withoutWarnings(text: string): string {
  return text.replace(/^\(node:\d+\) ExperimentalWarning: Type Stripping.*\n.*\n/m, '');
}
