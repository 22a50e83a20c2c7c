// A whole release in a copy of the repository, against a registry of our own: every step that the workflow runs.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { checkout } from '../../e2e/src/cluster/paths.ts';
import { runProgram } from '../../e2e/src/cluster/runProgram.ts';
import { removeStaleOutputs } from '../setup/removeStaleOutputs.ts';
import { fileNameOf } from './plan.ts';
import { readPackages } from './readPackages.ts';
import { copyRepository, git } from './testing/copyRepository.ts';
import { standInForGh, type StandIn } from './testing/standInForGh.ts';
import { writeProgramPackage } from './writeProgramPackage.ts';

// Programs are started here; how long they take is not what is tested.
jest.setTimeout(60_000);

let temporary: string;
let repository: string;
let gh: StandIn;
let changesets: string[];
let registry: { address: string; server: ChildProcess };

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'stoker-rehearsal-'));
  repository = join(temporary, 'repository');
  removeStaleOutputs(checkout);
  await runProgram(process.execPath, ['node_modules/typescript/bin/tsc', '-b'], { cwd: checkout });
  await copyRepository(repository);
  const changeset = "---\n'@stoker/controller': patch\n---\n\nRehearsed.\n";
  writeFileSync(join(repository, '.changeset/rehearsal.md'), changeset);
  bundleProgram('apps/agent', "import { argv } from 'node:process'; console.log(argv[2]);");
  bundleProgram('apps/kubectl-stoker', "#!/usr/bin/env node\nconsole.log('get');");
  await git(temporary, 'init', '--quiet', '--bare', 'origin');
  await git(repository, 'remote', 'add', 'origin', join(temporary, 'origin'));
  gh = standInForGh(join(temporary, 'bin'), '@stoker/errors@');
  registry = await startRegistry(join(temporary, 'registry'));
  const host = registry.address.replace('http:', '');
  writeFileSync(join(temporary, 'npmrc'), `${host}:_authToken=anybody\n`);
});

afterAll(async () => {
  registry.server.kill('SIGKILL');
  await once(registry.server, 'exit');
  rmSync(temporary, { recursive: true, force: true });
});

/** What `npm run build` makes of a program. */
function bundleProgram(workspace: string, program: string): void {
  mkdirSync(join(repository, workspace, 'bundle'), { recursive: true });
  writeFileSync(join(repository, workspace, 'bundle/main.js'), program);
  writeProgramPackage(repository, workspace);
}

async function startRegistry(folder: string) {
  mkdirSync(folder);
  const program = join(import.meta.dirname, 'testing/serveNpm.ts');
  const server = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = await once(server.stdout.setEncoding('utf8'), 'data');
  return { address: String(line).trim(), server };
}

const releaseProgram = join(import.meta.dirname, 'main.ts');

function releaseEnvironment(): Readonly<Record<string, string>> {
  return {
    STOKER_NPM_REGISTRY: registry.address,
    PNPM_CONFIG_USERCONFIG: join(temporary, 'npmrc'),
    PATH: `${gh.folder}:${process.env['PATH']}`,
  };
}

/** `npm run release -- STEP` in the copy. */
function release(step: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const env = { ...releaseEnvironment(), ...more };
  return runProgram(process.execPath, [releaseProgram, step], { cwd: repository, env });
}

const npmFlags = () => ['--no-audit', '--no-fund', '--loglevel=error', '--registry', registry.address];
const npmEnvironment = () => ({ npm_config_cache: join(temporary, 'npm-cache') });

interface Packument {
  readonly versions: Readonly<
    Record<string, { dependencies: Record<string, string>; exports: Record<string, unknown> }>
  >;
}

/** What the registry says of a package; no versions when it does not know it. */
async function published(name: string): Promise<Packument> {
  const response = await fetch(`${registry.address}${name}`);
  return response.ok ? ((await response.json()) as Packument) : { versions: {} };
}

const read = (path: string) => readFileSync(join(repository, path), 'utf8');
const ownVersion = (name: string) => readPackages(repository).get(name)?.version;

describe('a release', () => {
  test('is proposed on a branch of its own, by one pull request that says what it holds', async () => {
    changesets = globSync('.changeset/*.md', { cwd: repository }).map(read);
    await release('propose');
    expect((await git(repository, 'rev-parse', 'HEAD', 'origin/release/next')).trim().split('\n')).toHaveLength(2);
    expect(gh.calls()).toEqual([
      expect.stringMatching(/^pr create --head release\/next --base main --title Version packages /),
    ]);
    expect(read('.build/release/proposal.md')).toContain(`- @stoker/controller ${ownVersion('@stoker/controller')}\n`);
  });

  test('has every changeset in the changelog of each package that it names', () => {
    for (const [, names = '', text = ''] of changesets.map((file) => file.split(/^---$/m))) {
      for (const [, name = ''] of names.matchAll(/'(.+)':/g)) {
        const folder = readPackages(repository).get(name)?.folder;
        expect(read(`${folder}/CHANGELOG.md`)).toContain(text.trim().split('\n')[0]);
      }
    }
    expect(readdirSync(join(repository, '.changeset'))).toEqual(['config.json']);
  });

  test('gives the chart the version of the programs that it installs', () => {
    const version = ownVersion('@stoker/controller');
    expect(ownVersion('@stoker/agent')).toBe(version);
    expect(read('deploy/charts/stoker/Chart.yaml')).toMatch(
      new RegExp(`^version: ${version}\nappVersion: ${version}$`, 'm'),
    );
  });

  test('holds no program that was bundled as another version', async () => {
    const env = { ...process.env, ...releaseEnvironment() };
    const packing = spawnSync(process.execPath, [releaseProgram, 'pack'], { cwd: repository, env, encoding: 'utf8' });
    expect(packing).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('it says that it is 0.0.0: npm run build makes what is packed of a program'),
    });
  });

  test('publishes the packages with versions for one another', async () => {
    bundleProgram('apps/kubectl-stoker', "#!/usr/bin/env node\nconsole.log('get');");
    await release('pack');
    // As in the workflow. Here nobody can vouch for where packages were made, so none may be published.
    const inWorkflow = release('publish', { PNPM_CONFIG_PROVENANCE: 'true' });
    await expect(inWorkflow).rejects.toThrow(/provenance/i);
    expect((await published('@stoker/errors')).versions).toEqual({});
    await release('publish');
    for (const [name, { private: isPrivate, version }] of readPackages(repository)) {
      const found = await published(name);
      expect(Object.keys(found.versions)).toEqual(isPrivate ? [] : [version]);
    }
    const engine = await published('@stoker/sync-engine');
    const manifest = engine.versions[ownVersion('@stoker/sync-engine') ?? ''];
    expect(manifest?.dependencies['@stoker/template']).toBe(`^${ownVersion('@stoker/template')}`);
    expect(manifest?.exports['.']).toEqual({ types: './dist/index.d.ts', default: './dist/index.js' });
  });

  test('can be installed from the registry', async () => {
    const folder = join(temporary, 'user');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
    await runProgram('npm', ['install', ...npmFlags(), '@stoker/template'], { cwd: folder, env: npmEnvironment() });
    const program =
      "import { renderTemplate } from '@stoker/template'; console.log(renderTemplate('{{.A}}', { A: 'b' }))";
    const node = ['--input-type=module', '--eval', program];
    expect(await runProgram(process.execPath, node, { cwd: folder })).toBe('b\n');
  });

  test('has kubectl stoker, for npx to try and for npm to install', async () => {
    const at = { cwd: temporary, env: npmEnvironment() };
    expect(await runProgram('npx', ['--yes', ...npmFlags(), 'kubectl-stoker'], at)).toBe('get\n');
    const prefix = join(temporary, 'installed');
    await runProgram('npm', ['install', '--global', '--prefix', prefix, ...npmFlags(), 'kubectl-stoker'], at);
    expect(await runProgram(join(prefix, 'bin/kubectl-stoker'), [], at)).toBe('get\n');
  });

  test('holds the agent as a program that needs nothing but Node', async () => {
    const name = `stoker-agent-${ownVersion('@stoker/agent')}`;
    await runProgram('tar', ['-C', temporary, '-xzf', join(repository, `.build/release/programs/${name}.tgz`)]);
    expect(await runProgram(process.execPath, [join(temporary, name, 'main.js'), 'runs'])).toBe('runs\n');
  });

  test('has the notes of each release from its changelog', async () => {
    await release('notes');
    for (const [name, { folder, version, private: isPrivate }] of readPackages(repository)) {
      if (isPrivate) continue;
      const notes = read(`.build/release/notes/${fileNameOf({ name, version })}.md`);
      expect(read(`${folder}/CHANGELOG.md`)).toContain(`## ${version}\n\n${notes.split('\n- ')[0]}`);
      expect(notes).not.toContain(`## ${version}`);
    }
  });

  test('has a bill of materials of each release with what it runs with, and not what it is tested with', async () => {
    await release('sbom');
    const sbomOf = (name: string) =>
      JSON.parse(read(`.build/release/sbom/${fileNameOf({ name, version: ownVersion(name) ?? '' })}.cdx.json`));
    const { bomFormat, specVersion, metadata, components } = sbomOf('@stoker/sync-engine');
    expect({ bomFormat, specVersion }).toEqual({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    expect(metadata.component).toMatchObject({
      name: 'sync-engine',
      type: 'library',
      version: ownVersion('@stoker/sync-engine'),
    });
    const names = components.map((component: { name: string }) => component.name);
    expect(names.toSorted()).toEqual(['errors', 'picomatch', 'template']);
    expect(sbomOf('@stoker/controller').metadata.component.type).toBe('application');
    const plugin = sbomOf('kubectl-stoker');
    expect(plugin.metadata.component.type).toBe('application');
    const bundled = plugin.components.map((component: { name: string }) => component.name);
    expect(bundled).toEqual(expect.arrayContaining(['kube', 'client-node', 'yaml']));
  });

  test('tags and releases on GitHub what is not there yet, at this commit, with notes and bill of materials', async () => {
    await release('github');
    const calls = gh.calls();
    const commit = (await git(repository, 'rev-parse', 'HEAD')).trim();
    const packages = [...readPackages(repository)].filter(([name]) => name !== '@stoker/gateway-sim');
    const tags = packages
      .map(([name, { version }]) => `${name}@${version}`)
      .filter((tag) => !tag.startsWith('@stoker/errors@'));
    expect(calls.map((call) => call.split(' ')[2]).toSorted()).toEqual(tags.toSorted());
    for (const call of calls)
      expect(call).toMatch(new RegExp(`--target ${commit} --notes-file \\S+\\.md .*\\.cdx\\.json`));
    expect(calls.filter((call) => call.includes('--latest=true'))).toHaveLength(1);
    const withProgram = calls.filter((call) =>
      call.endsWith(`/programs/stoker-agent-${ownVersion('@stoker/agent')}.tgz`),
    );
    expect(withProgram.map((call) => call.split(' ')[2])).toEqual([`@stoker/agent@${ownVersion('@stoker/agent')}`]);
  });

  test('that was made already publishes nothing twice', async () => {
    rmSync(join(repository, '.build'), { recursive: true });
    await release('pack');
    const plan: readonly { kind: string }[] = JSON.parse(read('.build/release/npm/publish-plan.json')).plan.flat();
    expect(plan.filter(({ kind }) => kind === 'publish')).toEqual([]);
    expect(await release('publish')).not.toContain('Successfully published');
  });

  test('after which one package breaks bumps that one and what depends on it, the programs together, nothing else', async () => {
    const before = readPackages(repository);
    const changeset = "---\n'@stoker/template': major\n---\n\nRenders no more.\n";
    writeFileSync(join(repository, '.changeset/next.md'), changeset);
    await release('version');
    const bumped = [...before].filter(([name, { version }]) => ownVersion(name) !== version).map(([name]) => name);
    const programs = ['@stoker/agent', '@stoker/controller', '@stoker/injector-webhook'];
    expect(bumped.toSorted()).toEqual(
      [...programs, '@stoker/crd-types', '@stoker/sync-engine', '@stoker/template'].toSorted(),
    );
    expect(new Set(programs.map(ownVersion)).size).toBe(1);
    expect(ownVersion('@stoker/template')).toMatch(/^[1-9]\d*\.0\.0$/);
  });
});
