// The commands of all Markdown outside of `docs/`, and those there that need a person or a program of theirs, as they are typed.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createRepository, startGitServer, type GitServer } from '@stoker/gitref/testing';
import { checkout } from '../cluster/paths.ts';
import { siteRepository } from '../site-repository/siteRepository.ts';
import { type CommandBlock, commandBlocks, findBlock } from './commandBlocks.ts';
import { elsewhere } from './elsewhere.ts';
import { installPrograms } from './programs.ts';
import { fileNameOf, readPage } from './readPage.ts';
import { runBlock, type Substitutions } from './runBlock.ts';
import { runUntil } from './runUntil.ts';

const benches = ['engine', 'kube', 'agent', 'fleet'];
const token = 'a-token-of-somebody';
let root: string;
let server: GitServer;
let folder: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'stoker-commands-'));
  installPrograms(join(root, 'bin'));
  const repository = await createRepository(join(root, 'git'), 'plant');
  const north = { 'gateways/north/config/here.json': '{}' };
  await repository.commit({ ...Object.fromEntries(siteRepository()), ...north });
  server = await startGitServer(join(root, 'git'));
});

afterAll(async () => {
  await server?.close();
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  server.requireCredentials(undefined);
  folder = mkdtempSync(join(root, 'here-'));
  // Enough of a checkout for `npm run` to be typed in; what a command leaves behind is not left in the real one.
  for (const name of ['package.json', 'scripts']) symlinkSync(join(checkout, name), join(folder, name));
  mkdirSync(join(folder, 'data'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What stands for addresses and folders of examples, for programs that would have to be built, and for what takes long. */
function here(): Substitutions {
  return {
    'https://git.example.com/plant.git': server.url('plant.git'),
    'https://git.example.com/acme/plant.git': server.url('plant.git'),
    '/srv/ignition/data': join(folder, 'data'),
    '/usr/local/bin/ignition/data': join(folder, 'data'),
    '/usr/local/bin/stoker-agent': join(root, 'bin/stoker-agent'),
    '/usr/local/bin/kubectl_complete-stoker': join(folder, 'kubectl_complete-stoker'),
    '/etc/stoker/profile.yaml': join(folder, 'site.yaml'),
    '/var/cache/stoker': join(folder, 'cache'),
    'npm run -s agent --': 'stoker-agent',
    'npm run setup': 'npm run setup -- --dry-run',
    // A bench reads all options, and refuses an unknown one, before it answers.
    ...Object.fromEntries(benches.map((name) => [`npm run bench -- ${name}`, `npm run bench -- ${name} --help`])),
  };
}

function environment(): Record<string, string> {
  return { PATH: `${join(root, 'bin')}:${process.env['PATH']}`, XDG_CACHE_HOME: join(folder, 'cache') };
}

const done = new Set<string>();
const nameOf = ({ file, line }: Pick<CommandBlock, 'file' | 'line'>) => `${file}:${line}`;

/** Runs a block, with more commands behind it where there is something to see afterwards. */
function run(file: string, begins: string, more = ''): Promise<string> {
  const block = findBlock(file, begins);
  done.add(nameOf(block));
  const place = { folder, substitutions: here(), env: environment() };
  return runBlock({ ...block, text: block.text + more }, nameOf(block), place);
}

/** The SyncProfile that the root README shows, under the name that its command uses. */
function saveSiteProfile(): void {
  const documents = readPage(join(checkout, 'README.md')).blocks.flatMap(({ text }) => text.split('---\n'));
  writeFileSync(join(folder, 'site.yaml'), documents.find((text) => text.includes('kind: SyncProfile')) ?? '');
}

const synced = () => readFileSync(join(folder, 'data/config/here.json'), 'utf8');

test('the root README makes a folder equal to git, with the profile that it shows', async () => {
  saveSiteProfile();
  await run('README.md', 'npm run setup\nnpm run -s agent');
  expect(synced()).toBe('{}');
});

test('the README of the agent syncs, and its other commands take the same folder', async () => {
  saveSiteProfile();
  const target = '--target /usr/local/bin/ignition/data';
  const source = `--repo https://git.example.com/plant.git --ref main --profile site.yaml --gateway-name north`;
  const others = [`diff ${source} ${target}`, `status ${target}`, `recover ${target}`, `clean ${target}`];
  await run('apps/agent/README.md', 'stoker-agent sync', others.map((command) => `stoker-agent ${command}\n`).join(''));
  expect(synced()).toBe('{}');
  expect(existsSync(join(folder, 'data/.stoker'))).toBe(false);
});

test('the agent writes a document with the members that its README shows', async () => {
  saveSiteProfile();
  const [shown] = readPage(join(checkout, 'apps/agent/README.md')).blocks.filter(({ language }) => language === 'json');
  const command = (text: string) => text.replace('stoker-agent sync', 'stoker-agent sync --output json');
  const block = findBlock('apps/agent/README.md', 'stoker-agent sync');
  const place = { folder, substitutions: here(), env: environment() };
  const written = JSON.parse(await runBlock({ ...block, text: command(block.text) }, nameOf(block), place));
  const document = JSON.parse(shown?.text ?? '');
  expect(Object.keys(written)).toEqual(Object.keys(document));
  expect(Object.keys(written.counts)).toEqual(Object.keys(document.counts));
});

test('the systemd unit keeps a folder equal to git, with a token from its credentials, until it is stopped', async () => {
  saveSiteProfile();
  server.requireCredentials({ token });
  writeFileSync(join(folder, 'token'), `${token}\n`);
  const [unit] = readPage(join(checkout, 'apps/agent/README.md')).blocks.filter(({ language }) => language === 'ini');
  const [, command = ''] = /^ExecStart=((?:.*\\\n)*.*)$/m.exec(unit?.text ?? '') ?? [];
  const env = { ...environment(), CREDENTIALS_DIRECTORY: folder };
  const place = { folder, substitutions: here(), env };
  expect(await runUntil(`exec ${command}`, (said) => /\bsynced\b/.test(said), place)).toBe(0);
  expect(synced()).toBe('{}');
});

test('a page shows what a profile of it would do to a folder', async () => {
  for (const block of readPage(join(checkout, 'docs/profiles-by-example.md')).blocks) {
    const name = fileNameOf(block);
    if (name !== undefined) writeFileSync(join(folder, name), block.text);
  }
  const printed = await run('docs/profiles-by-example.md', '$ npm run -s agent -- diff');
  expect(printed).toContain('+ projects/plant-base/project.json');
});

test('kubectl stoker completes its commands once its scripts are installed', async () => {
  const completed = 'complete -p kubectl-stoker\n/usr/local/bin/kubectl_complete-stoker ex\n';
  const printed = await run('docs/kubectl-stoker.md', 'source <(', completed);
  expect(printed).toMatch(/^complete .* kubectl-stoker\n/m);
  expect(printed).toContain('explain');
});

test("CONTRIBUTING ends with the project's own node and pnpm on the PATH", async () => {
  const printed = await run('CONTRIBUTING.md', 'npm run setup\nexport PATH', 'command -v node pnpm\n');
  expect(printed).toContain(`${join(checkout, '.tools/node_modules')}/`);
  expect(printed.trim().split('\n').slice(-2)).toEqual([
    expect.stringMatching(/\/node$/),
    expect.stringMatching(/\/pnpm$/),
  ]);
});

test('the steps of a release explain themselves', async () => {
  expect(await run('scripts/release/README.md', 'npm run release -- --help')).toContain('publish');
});

test.each(benches)('the bench %s knows the options that its README gives it', async (name) => {
  expect(await run('bench/README.md', `npm run bench -- ${name}`)).toContain(`npm run bench -- ${name} [OPTIONS]`);
});

test('every block of commands is run, here or elsewhere', () => {
  const covered = (block: CommandBlock) =>
    done.has(nameOf(block)) !==
    elsewhere.some(({ file, begins }) => file === block.file && block.text.startsWith(begins));
  const faults = commandBlocks()
    .filter((block) => !covered(block))
    .map(
      (block) =>
        `${nameOf(block)}: run "${block.text.split('\n')[0]}" in e2e/src/docs/commands.test.ts; or, if it cannot run there, name the ` +
        'test that does what it says in e2e/src/docs/elsewhere.ts. Not both.',
    );
  expect(faults).toEqual([]);
});

test('what is run elsewhere is a block that is there, and a test that is there', () => {
  const faults = elsewhere.flatMap(({ file, begins, test: path, says }) => {
    findBlock(file, begins);
    const source = existsSync(join(checkout, path)) ? readFileSync(join(checkout, path), 'utf8') : '';
    return source.includes(says) ? [] : [`${file}, "${begins}": ${path} has no "${says}"`];
  });
  expect(faults).toEqual([]);
});
