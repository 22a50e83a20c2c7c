import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectl } from '../src/cluster/kubectl.ts';
import { checkout } from '../src/cluster/paths.ts';
import { firstSync } from '../src/plant/cycle.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { allSynced } from '../src/plant/observe.ts';
import { writeRepository } from '../src/site-repository/writeRepository.ts';

const namespace = 'e2e-kubectl';
const gateways = ['area-north', 'area-south', 'site'] as const;
let plant: Plant;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kubectl-plugin-'));
  const plugin = join(folder, 'kubectl-stoker');
  copyFileSync(join(checkout, 'apps/kubectl-stoker/bundle/main.js'), plugin);
  chmodSync(plugin, 0o755);
  plant = await installPlant(namespace);
  await firstSync(plant);
}, 300_000);

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await plant?.remove();
}, 150_000);

/** Runs the bundle as kubectl does: found on the PATH, `kubectl stoker …`. Throws with its message when it does not end with 0. */
function stoker(...args: string[]): Promise<string> {
  return kubectl(['stoker', ...args], { env: { PATH: `${folder}:${process.env['PATH']}` } });
}

test('the installation is healthy, and its gateways are on their commit', async () => {
  const { isWell, checks } = JSON.parse(await stoker('check', '-n', namespace, '-ojson'));
  expect(checks.filter(({ outcome }: { outcome: string }) => outcome !== 'ok')).toEqual([]);
  expect(isWell).toBe(true);
  const tree = await stoker('get', '-n', namespace);
  expect(tree).toContain(`${stokerName}  main ${plant.firstCommit.slice(0, 8)}  3/3 synced  ready`);
  const { stokers } = JSON.parse(await stoker('get', '--all-namespaces', '-o', 'json'));
  const [own] = stokers.filter((found: { namespace: string }) => found.namespace === namespace);
  expect(own.gateways.map(({ name }: { name: string }) => name).toSorted()).toEqual(gateways);
});

test.each(gateways)(
  '%s explains itself, tells what its last sync changed, and shows the log of its agent',
  async (name) => {
    expect(await stoker('explain', name, '-n', namespace)).toContain('It runs the commit it should.');
    expect(await stoker('diff', name, '-n', namespace)).toContain(`to ${plant.firstCommit.slice(0, 8)}`);
    // A line of the log, or of the records beside it.
    const [line = ''] = (await stoker('logs', name, '--tail', '1', '-n', namespace)).split('\n');
    expect(JSON.parse(line)).toMatchObject({ app: 'agent', time: expect.any(String) });
  },
);

test('kubectl completes its commands, and refuses a mistyped one with the one that was meant', async () => {
  const script = join(folder, 'kubectl_complete-stoker');
  writeFileSync(script, await stoker('completion', 'kubectl'));
  chmodSync(script, 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  expect(await kubectl(['__complete', 'stoker', 'ex'], { env })).toContain('explain\n:4');
  await expect(stoker('explian', 'site')).rejects.toThrow(/ended with 2:[\s\S]*did you mean "explain"\?/);
});

test('a paused plant keeps its gateways where they are and says so, until it is resumed', async () => {
  await stoker('pause', '-n', namespace);
  await writeRepository(plant.repository.workTree, new Map([['README.md', 'Written while the plant was paused.\n']]));
  const commit = await plant.repository.push('Written while the plant was paused');
  await stoker('sync', '-n', namespace);
  await eventually('every gateway is held', async () =>
    expect((await stoker('get', '-n', namespace)).match(/ Held .* Paused: /g)).toHaveLength(3),
  );
  await expect(stoker('explain', 'site', '-n', namespace)).rejects.toThrow(
    /ended with 1:[\s\S]*1\. gate paused: Paused since [\s\S]*what to do: kubectl stoker resume/,
  );
  await stoker('resume', '-n', namespace);
  await allSynced(namespace, commit);
  expect(await stoker('explain', 'site', '-n', namespace)).toContain('It runs the commit it should.');
}, 120_000);
