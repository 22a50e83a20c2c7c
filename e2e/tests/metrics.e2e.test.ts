// Makes happen what is counted, and reads the counts of all three programs as Prometheus does.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { goProgram, requireGoProgram } from '../src/cluster/goPrograms.ts';
import { installGoProgram } from '../src/cluster/goTool.ts';
import { releaseNamespace } from '../src/cluster/install.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { runProgram } from '../src/cluster/runProgram.ts';
import { docsPath } from '../src/docs/pages.ts';
import { firstSync, removeStoker, secondSync } from '../src/plant/cycle.ts';
import { everythingSaid } from '../src/plant/everythingSaid.ts';
import { eventually } from '../src/plant/eventually.ts';
import { installPlant, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { conditionOf } from '../src/plant/observe.ts';
import { deliverGitHubPush } from '../src/plant/pushEvent.ts';
import { gatewayTree } from '../src/plant/simulator.ts';
import { readFileSync } from 'node:fs';

jest.setTimeout(300_000);

const namespace = 'e2e-metrics';
let plant: Plant;

beforeAll(async () => {
  if (!goProgram('promtool')) await installGoProgram('promtool', () => undefined);
  plant = await installPlant(namespace);
  await firstSync(plant);
}, 900_000);

afterAll(async () => {
  await plant?.remove();
});

/** What each program shows, by its container. */
async function scrape(): Promise<ReadonlyMap<string, string>> {
  const said = await everythingSaid([namespace, releaseNamespace]);
  return new Map([...said].filter(([source]) => source.startsWith('metrics of ')));
}

/** Every line of every program. */
async function lines(): Promise<readonly string[]> {
  return [...(await scrape()).values()]
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith('stoker_'));
}

/** What a list of lines has if each pattern fits one of them. */
const linesLike = (...patterns: readonly RegExp[]) =>
  expect.arrayContaining(patterns.map((pattern) => expect.stringMatching(pattern)));

test('syncs, files, bytes and scans of a gateway, its push event and its admission are counted', async () => {
  await secondSync(plant);
  const expected = linesLike(
    /^stoker_agent_syncs_total\{outcome="synced"\} [2-9]/,
    /^stoker_agent_changed_files_total\{kind="added"\} [1-9]/,
    /^stoker_agent_changed_files_total\{kind="modified"\} [1-9]/,
    /^stoker_agent_changed_files_total\{kind="deleted"\} [1-9]/,
    /^stoker_agent_written_bytes_total [1-9]/,
    /^stoker_agent_fetched_bytes_total [1-9]/,
    /^stoker_agent_sync_phase_seconds_total\{phase="fetch"\} \d/,
    /^stoker_agent_scans_total\{outcome="Scanned"\} [1-9]/,
    /^stoker_agent_scan_seconds_total\{outcome="Scanned"\} \d/,
    /^stoker_push_events_total\{sender="github",outcome="accepted"\} [1-9]/,
    /^stoker_injector_admissions_total\{verdict="inject",reason="[A-Za-z]+"\} [1-9]/,
    new RegExp(`^stoker_gateways\\{stoker_namespace="${namespace}",stoker="${stokerName}",state="Synced"\\} 3$`),
  );
  await eventually('all of it is shown', async () => expect(await lines()).toEqual(expected));
});

test('so are a push event that is not genuine, a ref that does not exist, and a file that was edited live', async () => {
  const commit = plant.firstCommit;
  const status = await deliverGitHubPush({
    repository: plant.repository.url,
    branch: 'main',
    commit,
    secret: 'guessed',
  });
  expect(status).toBe(401);
  await eventually('it is shown', async () =>
    expect(await lines()).toEqual(linesLike(/^stoker_push_events_total\{sender="unknown",outcome="refused"\} [1-9]/)),
  );

  const follow = (ref: string) =>
    kubectl([
      '-n',
      namespace,
      'patch',
      'stokers',
      stokerName,
      '--type=merge',
      '-p',
      JSON.stringify({ spec: { git: { ref } } }),
    ]);
  await follow('nowhere');
  await eventually('it is shown', async () =>
    expect(await lines()).toEqual(
      linesLike(/^stoker_ref_resolutions_total\{transport="http",reason="RefNotFound"\} [1-9]/),
    ),
  );
  await follow('main');
  await eventually('the ref is resolved', async () =>
    expect(await conditionOf(namespace, 'RefResolved')).toMatchObject({ status: 'True' }),
  );

  const [path] = Object.keys(await gatewayTree(namespace, 'site-0')).filter((found) => found.endsWith('view.json'));
  const edit = `fs.appendFileSync(${JSON.stringify(`/usr/local/bin/ignition/data/${path}`)}, '\\n')`;
  await kubectl(['-n', namespace, 'exec', 'site-0', '-c', 'gateway', '--', 'node', '-e', edit]);
  await eventually('it is shown', async () =>
    expect(await lines()).toEqual(linesLike(/^stoker_agent_drifted_files 1$/)),
  );
});

test('what is shown is as Prometheus wants it, and every name is in the reference', async () => {
  const reference = readFileSync(docsPath('reference/metrics.md'), 'utf8');
  const programs = await scrape();
  expect(programs.size).toBeGreaterThanOrEqual(5);
  for (const [source, text] of programs) {
    const faults = await runProgram(requireGoProgram('promtool'), ['check', 'metrics'], { input: text });
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map((match) => match[1] ?? '');
    const missing = names.filter((name) => !reference.includes(`\`${name}\``));
    expect({ source, faults, missing }).toEqual({ source, faults: '', missing: [] });
    expect(names).not.toEqual([]);
  }
});

test('the series of a deleted Stoker are gone', async () => {
  await removeStoker(plant);
  await eventually('no gateway is shown', async () => {
    const left = [...(await scrape()).values()].flatMap((text) => text.match(/^stoker_gateways\{.*$/gm) ?? []);
    expect(left.filter((line) => line.includes(namespace))).toEqual([]);
  });
});
