// The documentation, done by its letter: every page's files are saved and its commands run, on a plant from before Stoker.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { chooseCluster } from '../src/cluster/chooseCluster.ts';
import { requireGoProgram } from '../src/cluster/goPrograms.ts';
import { releaseName, releaseNamespace, uninstallChart } from '../src/cluster/install.ts';
import { kubeBinary } from '../src/cluster/kubeBinary.ts';
import { pastProxies } from '../src/cluster/addresses.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { docsPages, docsPath } from '../src/docs/pages.ts';
import { readPage } from '../src/docs/readPage.ts';
import type { Substitutions } from '../src/docs/runBlock.ts';
import { runPage } from '../src/docs/runPage.ts';
import { requireSoundConditions } from '../src/plant/endState.ts';
import { eventually } from '../src/plant/eventually.ts';
import { gatewayManifests } from '../src/plant/gateways.ts';
import { type PlantRepository, startGitServer } from '../src/plant/gitServer.ts';
import { installStoker, noReplicaEnds } from '../src/plant/installPlant.ts';
import { conditionOf } from '../src/plant/observe.ts';
import { type PortForward, portForwardToService } from '../src/plant/portForward.ts';
import { receiverSecret } from '../src/plant/pushEvent.ts';
import { applyObjects, createNamespace } from '../src/plant/resources.ts';
import { readGatewayFile } from '../src/plant/simulator.ts';
import { planRelease, releaseStep } from '../src/registry/releaseTo.ts';
import { type Registry, startRegistry } from '../src/registry/startRegistry.ts';
import { gatewayApiToken } from '../src/site-repository/gatewayConfig.ts';
import { plantGateways } from '../src/site-repository/plantGateways.ts';
import { siteRepository } from '../src/site-repository/siteRepository.ts';
import { writeRepository } from '../src/site-repository/writeRepository.ts';

jest.setTimeout(300_000);

const namespace = 'plant';
const version = '7.8.9';

let folder: string;
let registry: Registry;
let repository: PlantRepository;
let forwarded: PortForward | undefined;
let removeNamespace: (() => Promise<void>) | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-docs-programs-'));
  mkdirSync(join(folder, 'bin'));
  symlinkSync(kubeBinary(), join(folder, 'bin/kubectl'));
  symlinkSync(requireGoProgram('helm'), join(folder, 'bin/helm'));
  registry = await startRegistry();
  planRelease(join(folder, 'release'), version);
  for (const step of ['images', 'index', 'chart']) await releaseStep(registry, join(folder, 'release'), step);
  await uninstallChart();
  removeNamespace = await createNamespace(namespace);
  repository = await startGitServer(namespace);
  await writeRepository(repository.workTree, siteRepository());
  await repository.push('The plant as it is');
  const gateways = [{ name: 'ignition-gateway' }, ...plantGateways.map(({ name, mode }) => ({ name, mode }))];
  const manifests = gateways.map((gateway) => gatewayManifests({ ...gateway, apiToken: gatewayApiToken }, namespace));
  await applyObjects(manifests.flat());
});

afterAll(async () => {
  forwarded?.close();
  await repository?.close();
  await removeNamespace?.();
  await registry?.close();
  rmSync(folder, { recursive: true, force: true });
  await installStoker();
});

/** What stands for the words in capitals, and for the addresses of examples. */
function here(): Substitutions {
  return {
    REGISTRY: `${registry.address}/stoker`,
    VERSION: version,
    GIT_TOKEN: repository.token,
    API_KEY: gatewayApiToken,
    PUSH_SECRET: receiverSecret,
    'https://stoker.example.com': receiverOrigin,
    'https://git.example.com/acme/plant.git': repository.url,
  };
}

/** Of a receiver that is up now. */
async function receiverOrigin(): Promise<string> {
  forwarded?.close();
  forwarded = await portForwardToService(releaseNamespace, `${releaseName}-receiver`);
  return forwarded.origin;
}

function environment(): Record<string, string> {
  const path = `${join(folder, 'bin')}:${process.env['PATH']}`;
  return { ...pastProxies(), ...registry.trust, PATH: path, KUBECONFIG: chooseCluster().kubeconfig };
}

const done = new Set<string>();

function run(page: string): Promise<readonly string[]> {
  done.add(page);
  return runPage(page, here(), environment());
}

test('the quickstart ends with a gateway on the commit', async () => {
  const printed = await run('quickstart.md');
  expect(printed.join('')).toMatch(/plant +main +[0-9a-f]{8} +\d\/1 +(True|False)/);
  // Between the page's wait and its look the gateway is given back what its first start has changed.
  await eventually('it is on the commit', async () =>
    expect(await kubectl(['-n', namespace, 'get', 'stokers'])).toMatch(/plant +main +[0-9a-f]{8} +1\/1 +True/),
  );
  const project = await readGatewayFile(namespace, 'ignition-gateway-0', 'projects/plant-base/project.json');
  expect(project).toBe(String(siteRepository().get('projects/plant-base/project.json')));
});

test('another token, and profiles of all kinds, are taken', async () => {
  await run('git-authentication.md');
  const printed = await run('profiles-by-example.md');
  expect(printed.at(-1)).toMatch(/system-name +True/);
});

test('three more gateways get what is theirs', async () => {
  const printed = await run('multi-gateway-site.md');
  for (const { name, profile } of plantGateways) {
    expect(printed.join('')).toMatch(new RegExp(`^${name}\t\\["${profile}"\\]\t[A-Z][a-z]+\t[0-9a-f]{40}$`, 'm'));
    const path = 'config/resources/core/ignition/system-properties/config.json';
    // The first start of the gateway may have named it otherwise.
    await eventually(`${name} has its name`, async () =>
      expect(JSON.parse(await readGatewayFile(namespace, `${name}-0`, path))).toMatchObject({ systemName: name }),
    );
  }
  await eventually('all are synced', async () =>
    expect(await conditionOf(namespace, 'AllGatewaysSynced')).toMatchObject({ status: 'True' }),
  );
});

test('a push event that is signed by hand is accepted', async () => {
  const printed = await run('push-webhooks.md');
  expect(printed.at(-1)).toBe('{"accepted":1,"ignored":[]}');
});

test('what there is to look at is there', async () => {
  // The page before has replaced the controller, and `kubectl logs --selector` fails of a pod that goes meanwhile.
  await noReplicaEnds();
  expect((await run('monitoring.md')).join('')).toMatch(/stoker_agent_syncs_total\{outcome="synced"\} [1-9]/);
  expect((await run('troubleshooting.md')).join('')).toContain('Ready=True Succeeded');
  expect((await run('security-model.md')).join('')).toContain('resourceNames:');
});

test('what the pages have made has sound conditions', async () => {
  await expect(eventually('conditions are at rest', () => requireSoundConditions(namespace))).resolves.toBeUndefined();
});

test('installed with all default values, upgraded, rolled back and uninstalled, gateways run on', async () => {
  await run('installation.md');
  const printed = await run('upgrading.md');
  expect(printed.join('')).toContain(`stoker-agent:${version}`);
  expect(printed.at(-1)).toMatch(/plant +main/);
  await kubectl(['-n', namespace, 'wait', 'pod', '-l', 'app=ignition', '--for=condition=Ready', '--timeout=60s']);
});

test('every page with commands has been done', () => {
  const pages = docsPages().filter((page) => readPage(docsPath(page)).blocks.some(({ language }) => language === 'sh'));
  expect([...done].toSorted()).toEqual(pages.toSorted());
});
