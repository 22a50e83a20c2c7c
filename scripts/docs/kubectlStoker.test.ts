// What the page on kubectl stoker shows is what the plugin prints, by the programs' own functions.
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { assignTurns } from '../../apps/controller/src/releases/assignTurns.ts';
import { sentence } from '../../apps/controller/src/sentence.ts';
import { renderVerdicts } from '../../apps/kubectl-stoker/src/check/check.ts';
import { judge } from '../../apps/kubectl-stoker/src/check/judge.ts';
import { rights } from '../../apps/kubectl-stoker/src/check/rights.ts';
import { explain } from '../../apps/kubectl-stoker/src/explain/explain.ts';
import { renderExplanation } from '../../apps/kubectl-stoker/src/explain/renderExplanation.ts';
import { renderTree } from '../../apps/kubectl-stoker/src/get/renderTree.ts';
import { summariseStoker } from '../../apps/kubectl-stoker/src/get/summariseStoker.ts';
import { condition, gateway, report, stoker } from '../../apps/kubectl-stoker/src/testing/facts.ts';
import { readPage } from '../../e2e/src/docs/readPage.ts';

const { blocks } = readPage(join(import.meta.dirname, '../../docs/kubectl-stoker.md'));
const shown = blocks.filter(({ language }) => language === 'text').map(({ text }) => text.trimEnd());

const [wanted, before] = ['5f1c09ab'.padEnd(40, '0'), '9876fedc'.padEnd(40, '0')];
const error = {
  reason: 'StorageFull',
  message: `no room to stage "tags/pumps.json": 312 KiB are free on the target's file system`,
  hint: 'free some space on the volume of the target',
  since: '2026-05-04T10:07:12Z',
  attempt: 3,
  nextAttempt: '2026-05-04T10:07:19Z',
};

/** What the controller tells a gateway for which there is no place. */
function held() {
  const contenders = [
    { name: 'area-south', wants: false, isUnderWay: true, releaseTimes: [new Date(error.since)] },
    { name: 'area-north', wants: true, isUnderWay: false, releaseTimes: [] },
  ];
  const { queued } = assignTurns(contenders, { maxConcurrentSyncs: 1 }, new Date(error.since));
  const { reason = '', message = '' } = queued.get('area-north') ?? {};
  return { gate: 'limits', reason, message, since: error.since };
}

const failed = { reason: error.reason, message: sentence(error), since: error.since };
const south = gateway({ name: 'area-south', commit: before, phase: 'Failed', error: failed });
const plant = stoker(
  [gateway({ name: 'area-north', commit: before, held: held() }), south, gateway({ name: 'site', commit: wanted })],
  {
    status: {
      commit: wanted,
      syncedGateways: 1,
      conditions: [condition('Ready', 'False', 'GatewayFailed', `area-south: ${failed.message}`)],
    },
  },
);

test('what the page shows of an installation is what check prints', () => {
  const definition = (name: string) => ({
    metadata: { name },
    spec: { versions: [{ name: 'v1alpha1', served: true }] },
    status: { conditions: [{ type: 'Established', status: 'True' }] },
  });
  const deployment = (component: string) => ({
    metadata: {
      name: `stoker-${component}`,
      namespace: 'stoker-system',
      labels: { 'app.kubernetes.io/component': component },
    },
    spec: { replicas: 2 },
    status: { readyReplicas: 2 },
  });
  const known = <T>(...found: readonly T[]) => ({ known: true, found }) as const;
  const now = new Date(error.since);
  const lease = { holderIdentity: 'stoker-controller-6c9d7f5b4-x2x7p', renewTime: now.toISOString() };
  const verdicts = judge(
    {
      namespace: 'plant',
      version: 'v1.34.1',
      definitions: known(definition('stokers.stoker.io'), definition('syncprofiles.stoker.io')),
      deployments: known(deployment('controller'), deployment('injector')),
      leases: known({ metadata: { name: 'stoker-controller', namespace: 'stoker-system' }, spec: lease }),
      webhooks: known({
        metadata: { name: 'stoker-injector' },
        webhooks: [{ name: 'inject.stoker.io', clientConfig: { caBundle: 'Y2E=' } }],
      }),
      rights: rights.map((right) => ({ right, allowed: right.verb !== 'patch' })),
    },
    now,
  );
  expect(shown[0]).toBe(renderVerdicts(verdicts));
});

test('what the page shows of a Stoker is what get prints', () => {
  expect(shown[1]).toBe(renderTree([summariseStoker(plant)], { withNamespace: false }));
});

test('what the page shows of a gateway that is not on its commit is what explain prints', () => {
  const namespaced = { ...plant, metadata: { ...plant.metadata, namespace: 'plant' } };
  const status = report({ commit: before, phase: 'Failed', error });
  const pod = { refOverride: undefined, agentDown: undefined };
  const explanation = explain({ name: 'area-south', stoker: namespaced, entry: south, status, pod, hidden: [] });
  expect(shown[2]).toBe(renderExplanation(explanation));
});
