import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Stoker, stokers } from '@stoker/crd-types';
import type { TestRepository } from '@stoker/gitref/testing';
import { formatKey, type KubeClient, keyOf, startReflector } from '@stoker/kube';
import { percentile } from '../percentile.ts';
import type { Agents } from './agents.ts';
import { type Cr, largeName, sharedRepository } from './fleet.ts';
import type { RunningController } from './startController.ts';

/** What one commit took, in milliseconds from the moment before its push event was sent. */
export interface PushFigures {
  /** Until the documents of gateways said so. */
  readonly toldP50Ms: number;
  readonly toldP99Ms: number;
  readonly toldLastMs: number;
  /** Until each of these CRs was Ready on it. */
  readonly readyMs: number;
}

export interface Figures {
  /** The first controller ever, until every gateway is told, and until every CR is Ready. */
  readonly installation: { readonly toldMs: number; readonly readyMs: number };
  /** A controller that finds everything done, until every ref is resolved and nothing is left to do. */
  readonly start: { readonly resolvedMs: number; readonly quietMs: number; readonly peakBytes: number };
  /** Share of one processor, memory, and questions to git servers a minute. */
  readonly rest: { readonly cpu: number; readonly bytes: number; readonly resolutionsAMinute: number };
  readonly sharedPush: PushFigures;
  readonly largePush: PushFigures & { readonly statusBytes: number; readonly conflicts: number };
  /** The leader is killed as a push event arrives, until all its gateways are told. */
  readonly failover: { readonly toldMs: number; readonly quietMs: number };
}

/** What is there before the first case. */
export interface World {
  readonly client: KubeClient;
  readonly fleet: readonly Cr[];
  readonly repositoryOf: (name: string) => TestRepository;
  readonly urlOf: (name: string) => string;
  readonly agents: Agents;
  readonly startController: () => Promise<RunningController>;
  readonly secret: string;
  readonly restSeconds: number;
  readonly say: (line: string) => void;
}

const limitMs = 600_000;

/** All cases in turn, on one fleet. Throws when one does not end within ten minutes. */
export async function runCases(world: World): Promise<Figures> {
  const { client, fleet, restSeconds, say, startController } = world;
  const crs = startReflector<Stoker>({ client, type: stokers, onError: (error) => say(String(error)) });
  await crs.synced();
  const commitOf = (repository: string) => world.repositoryOf(repository).git(['rev-parse', 'main']);
  const areReady = (wanted: readonly Cr[], commit: string) => () =>
    wanted.every(({ namespace, name }) => isReady(crs.store.get({ namespace, name }), commit));
  const push = async (controller: RunningController, repository: string): Promise<PushFigures> => {
    const followers = fleet.filter((cr) => cr.repository === repository);
    const { at, commit } = await sendPush(world, controller.receiverPort, repository);
    const told = await toldTimes(world, followers, commit, at);
    await until(areReady(followers, commit), `${repository} is ready`);
    const readyMs = performance.now() - at;
    return {
      toldP50Ms: percentile(told, 50),
      toldP99Ms: percentile(told, 99),
      toldLastMs: Math.max(...told),
      readyMs,
    };
  };

  say('the first controller');
  const initial = await commitOf(sharedRepository);
  let controller = await startController();
  const told = await toldTimes(world, fleet, initial, controller.startedAt);
  say(`every gateway told after ${Math.round(Math.max(...told))} ms`);
  await until(areReady(fleet, initial), 'every CR is ready');
  const installation = { toldMs: Math.max(...told), readyMs: performance.now() - controller.startedAt };
  await controller.end('SIGTERM');

  say('a controller that finds everything done');
  controller = await startController();
  const repositories = new Set(fleet.map(({ repository }) => repository)).size;
  const resolved = () => controller.metric('stoker_ref_resolutions_total', { reason: 'Succeeded' });
  await until(async () => (await resolved()) >= repositories, 'every ref is resolved');
  const resolvedMs = performance.now() - controller.startedAt;
  const quietMs = (await untilQuiet(controller)) - controller.startedAt;
  const start = { resolvedMs, quietMs, peakBytes: controller.memory().peakBytes };

  say(`${restSeconds} s of rest`);
  await delay(restSeconds * 250);
  const [cpuBefore, askedBefore, since] = [controller.cpuMs(), await resolved(), performance.now()];
  await delay(restSeconds * 1000);
  const elapsedMs = performance.now() - since;
  const rest = {
    cpu: (controller.cpuMs() - cpuBefore) / elapsedMs,
    bytes: controller.memory().bytes,
    resolutionsAMinute: (((await resolved()) - askedBefore) / elapsedMs) * 60_000,
  };

  say('a push to the repository that many share');
  const sharedPush = await push(controller, sharedRepository);

  say('a push to the large CR');
  const conflicts = () => controller.metric('rest_client_requests_total', { code: '409' });
  const conflictsBefore = await conflicts();
  const largeFigures = await push(controller, largeName);
  const large = crs.store.get({ namespace: largeName, name: largeName });
  const statusBytes = Buffer.byteLength(JSON.stringify(large));
  const largePush = { ...largeFigures, statusBytes, conflicts: (await conflicts()) - conflictsBefore };

  say('the leader is killed as a push event arrives');
  const standby = await startController();
  await delay(5_000);
  await controller.end('SIGKILL');
  const followers = fleet.filter(({ repository }) => repository === sharedRepository);
  const { at, commit } = await sendPush(world, standby.receiverPort, sharedRepository);
  const after = await toldTimes(world, followers, commit, at);
  await until(areReady(followers, commit), 'the standby has done its work');
  const failover = { toldMs: Math.max(...after), quietMs: (await untilQuiet(standby)) - at };
  await standby.end('SIGTERM');
  await crs.stop();
  return { installation, start, rest, sharedPush, largePush, failover };
}

function isReady(stoker: Stoker | undefined, commit: string): boolean {
  const ready = stoker?.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && stoker?.status?.commit === commit;
}

/** When nothing was left to do for a second. */
async function untilQuiet(controller: RunningController): Promise<number> {
  let quietSince: number | undefined;
  await until(async () => {
    const waiting = await controller.metric('workqueue_depth', { name: 'stoker' });
    const active = await controller.metric('controller_runtime_active_workers', { controller: 'stoker' });
    if (waiting + active > 0) quietSince = undefined;
    else quietSince ??= performance.now();
    return quietSince !== undefined && performance.now() - quietSince > 1_000;
  }, 'nothing is left to do');
  return quietSince ?? NaN;
}

async function sendPush({ repositoryOf, urlOf, secret }: World, port: number, name: string) {
  const commit = await repositoryOf(name).commit({ 'projects/site/view.json': JSON.stringify({ at: Date.now() }) });
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    before: '0'.repeat(40),
    after: commit,
    repository: { clone_url: urlOf(name) },
  });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const at = performance.now();
  const answer = await fetch(`http://127.0.0.1:${port}/webhook`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-hub-signature-256': `sha256=${signature}`,
    },
    body,
  });
  if (answer.status !== 202) throw new Error(`the push event was answered ${answer.status}`);
  return { at, commit };
}

/** How long after `since` each of their gateways was told the commit. */
async function toldTimes({ agents }: World, crs: readonly Cr[], commit: string, since: number) {
  const wanted = crs.reduce((sum, { gatewayNames }) => sum + gatewayNames.length, 0);
  const keys = new Set(crs.map((cr) => formatKey(keyOf({ metadata: cr }))));
  const found = () => agents.told.filter((told) => told.commit === commit && keys.has(told.cr) && told.at >= since);
  await until(() => found().length >= wanted, `${wanted} gateways are told`);
  return found().map(({ at }) => at - since);
}

async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const startedAt = performance.now();
  while (!(await holds())) {
    if (performance.now() - startedAt > limitMs) throw new Error(`not within ten minutes: ${what}`);
    await delay(100);
  }
}
