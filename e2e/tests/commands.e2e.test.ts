// The everyday commands, as they are typed.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { chooseCluster } from '../src/cluster/chooseCluster.ts';
import { releaseNamespace } from '../src/cluster/install.ts';
import { imageReference } from '../src/cluster/images/definitions.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { checkout } from '../src/cluster/paths.ts';
import { installStoker } from '../src/plant/installPlant.ts';

jest.setTimeout(300_000);
const run = promisify(execFile);

afterAll(() => installStoker());

async function npmRun(...args: string[]): Promise<string> {
  return (await run('npm', ['run', '-s', ...args], { cwd: checkout })).stdout;
}

const cluster = (...args: string[]) => npmRun('cluster', '--', ...args);

test.each(['agent', 'controller', 'injector'])('npm run %s runs the built app', async (app) => {
  expect(await npmRun(app, '--', '--help')).toContain('Usage');
});

test("npm run node is the project's own Node", async () => {
  expect(await npmRun('node', '--', '--version')).toMatch(/^v24\./);
});

describe('npm run cluster', () => {
  test('up leaves a cluster that is up as it is', async () => {
    const nodes = () => kubectl(['get', 'nodes', '-o', 'jsonpath={.items[*].metadata.uid}']);
    const before = await nodes();
    await cluster('up');
    expect(await nodes()).toBe(before);
  });

  test('status tells what runs, to people and to scripts', async () => {
    const { kind } = chooseCluster();
    const status = JSON.parse(await cluster('status', '--output', 'json'));
    expect(status).toMatchObject({ kind, up: true, missing: [] });
    expect(Object.values(status.nodes)).toEqual(Object.keys(status.nodes).map(() => 'Ready'));
    expect(status.pods.Running).toBeGreaterThan(0);
    expect(await cluster('status')).toContain(`${kind} cluster is up`);
  });

  test('kubeconfig names a file that reaches it', async () => {
    const kubeconfig = (await cluster('kubeconfig')).trim();
    expect(readFileSync(kubeconfig, 'utf8')).toContain('clusters:');
    expect(await kubectl(['--kubeconfig', kubeconfig, 'get', 'namespace', releaseNamespace, '-o', 'name'])).toBe(
      `namespace/${releaseNamespace}\n`,
    );
  });

  test('load-images builds the images from this checkout, and install the chart with what follows --', async () => {
    await cluster('load-images');
    await cluster('install', '--', '--set', 'controller.logLevel=debug');
    const deployed = await kubectl(['-n', releaseNamespace, 'get', 'deployments', '-o', 'json']);
    expect(deployed).toContain('--log-level=debug');
    expect(deployed).toContain(`"image": "${imageReference('stoker-controller')}"`);
  });

  test.each([['statsu'], ['status', 'everything'], ['status', '--output', 'yaml']])(
    '%s %s %s is refused with what there is',
    async (...args) => {
      const stderr = expect.stringContaining('npm run cluster -- COMMAND');
      await expect(cluster(...args)).rejects.toMatchObject({ code: 2, stdout: '', stderr });
    },
  );
});
