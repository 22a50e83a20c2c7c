// deploy/images, built by a real Docker engine, and without one.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { dockerBuild } from '../src/cluster/images/dockerBuild.ts';
import { imageDefinitions, imageReference } from '../src/cluster/images/definitions.ts';
import { labelsOf } from '../src/cluster/images/labels.ts';
import { userInCluster } from '../src/cluster/images/users.ts';
import { checkout } from '../src/cluster/paths.ts';
import { runProgram } from '../src/cluster/runProgram.ts';
import { importBaseImages } from '../src/docker/baseImages.ts';
import { type DockerEngine, startDockerEngine } from '../src/docker/startDockerEngine.ts';

const execute = promisify(execFile);
let engine: DockerEngine;

beforeAll(async () => {
  engine = await startDockerEngine();
  await importBaseImages(engine.env);
  await dockerBuild(() => undefined, { env: engine.env, args: ['--network', 'host'] });
}, 1_200_000);

afterAll(() => engine.close(), 60_000);

const confined = ['--rm', '--network=none', '--read-only', '--cap-drop=ALL'];

/** Runs a container as strangers do: no root, no user the image knows, nothing writable, no network. */
function runImage(name: string, options: readonly string[], ...args: string[]): Promise<string> {
  const run = ['run', ...confined, '--user=12345:12345', ...options, imageReference(name), ...args];
  return runProgram('docker', run, { env: engine.env });
}

/** The modules that a program loads when it starts as `user`, in node's own words: from the code cache, and all. */
async function modulesLoaded(name: string, user: number): Promise<{ fromCache: string[]; all: string[] }> {
  const options = [...confined, `--user=${user}:${user}`, '--env=NODE_DEBUG_NATIVE=COMPILE_CACHE'];
  const env = { ...process.env, ...engine.env };
  const { stderr } = await execute('docker', ['run', ...options, imageReference(name), '--version'], { env });
  const said = (pattern: RegExp) => [...stderr.matchAll(pattern)].map(([, module = '']) => module).toSorted();
  return {
    fromCache: said(/V8 code cache for \w+ (\S+) was accepted/g),
    all: said(/reading cache from \S+ for \w+ (\S+)\.\.\./g),
  };
}

/** A program of node: what can be run in the image, and what would run as another user. */
const lookAround = `
  const { readdirSync, statSync } = require('node:fs');
  const programs = ['/bin', '/sbin', '/usr/bin', '/usr/sbin', '/usr/local/bin'].flatMap((folder) => readdirSync(folder));
  const files = ['/usr', '/bin', '/lib', '/app'].flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }));
  const paths = files.filter((entry) => entry.isFile()).map((entry) => entry.parentPath + '/' + entry.name);
  const privileged = paths.filter((path) => (statSync(path).mode & 0o6000) !== 0);
  const licenses = paths.filter((path) => path.endsWith('/copyright') || path.includes('LICENSE'));
  console.log(JSON.stringify({ programs, privileged, licenses }));`;

/** As root, which alone sees all. */
async function look(name: string): Promise<{ programs: string[]; privileged: string[]; licenses: string[] }> {
  const asRoot = ['--rm', '--network=none', '--read-only', '--user=0:0', '--entrypoint=node'];
  const args = ['run', ...asRoot, imageReference(name), '--eval', lookAround];
  return JSON.parse(await runProgram('docker', args, { env: engine.env }));
}

describe.each(['stoker-agent', 'stoker-controller', 'stoker-injector'])('%s', (name) => {
  test('runs as any user on a read-only root', async () => {
    expect(await runImage(name, [], '--help')).toContain(`Usage: ${name}`);
  });

  test('starts from code that was compiled before, as the user that it has in a cluster', async () => {
    const { fromCache, all } = await modulesLoaded(name, userInCluster(name));
    expect(all).toContainEqual(expect.stringMatching(/\/app\/main\.js$/));
    expect(fromCache).toEqual(all);
  });

  test('tells what it is: its version, commit, licence and source', async () => {
    const definition = imageDefinitions.find((image) => image.name === name);
    const labels = ['inspect', '--format={{json .Config.Labels}}', imageReference(name)];
    const told = JSON.parse(await runProgram('docker', labels, { env: engine.env }));
    expect(told).toEqual(definition && labelsOf(definition));
    expect(told).toHaveProperty(['org.opencontainers.image.revision'], expect.stringMatching(/^[0-9a-f]{40}$/));
  });

  test('holds nothing to install packages with, and no program that changes who it is', async () => {
    const { programs, privileged } = await look(name);
    expect(programs).toContain('node');
    expect(programs).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(apt-get|dpkg|perl|python.*)$/)]));
    expect(privileged).toEqual([]);
  });
});

test('the agent holds the licenses of its bundle, of node and of its packages', async () => {
  const { licenses } = await look('stoker-agent');
  const [ofBundle, ofNode] = ['/app/THIRD-PARTY-LICENSES.txt', '/usr/local/share/doc/node/LICENSE'];
  const ofPackages = ['git', 'openssh-client', 'libc6'].map((name) => `/usr/share/doc/${name}/copyright`);
  expect(licenses).toEqual(expect.arrayContaining([ofBundle, ofNode, ...ofPackages]));
});

test('the agent and the controller hold git and ssh', async () => {
  for (const name of ['stoker-agent', 'stoker-controller']) {
    expect(await runImage(name, ['--entrypoint=git'], '--version')).toContain('git version');
    expect(await runImage(name, ['--entrypoint=sh'], '-c', 'command -v ssh')).toBe('/usr/bin/ssh\n');
  }
});

test('the injector holds no shell', async () => {
  const { programs } = await look('stoker-injector');
  expect(programs).not.toEqual(expect.arrayContaining([expect.stringMatching(/sh$|^busybox$/)]));
});

test('every image names a user that is not root', async () => {
  const references = imageDefinitions.map(({ name }) => imageReference(name));
  const users = await runProgram('docker', ['inspect', '--format={{.Config.User}}', ...references], {
    env: engine.env,
  });
  expect(users.trim().split('\n')).toEqual(references.map(() => '2003:2003'));
});

test('without an engine, two builds from nothing make the same digests', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-images-'));
  // Both with the packages that Debian has now: what this machine keeps may be older.
  const build = async (cache: string): Promise<{ name: string; digest: string }[]> => {
    const bench = ['run', '-s', 'bench', '--', 'images', '--runs', '1', '--output', 'json'];
    const env = { XDG_CACHE_HOME: join(folder, cache) };
    const images: { name: string; digest: string }[] = JSON.parse(
      await runProgram('npm', bench, { cwd: checkout, env }),
    );
    return images.map(({ name, digest }) => ({ name, digest }));
  };
  try {
    const first = await build('first');
    expect(first.map(({ name }) => name)).toEqual(['stoker-controller', 'stoker-agent', 'stoker-injector']);
    expect(await build('second')).toEqual(first);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 1_200_000);
