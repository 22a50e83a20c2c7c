// Credentials that work, that are wrong and that are not even credentials go through the whole product, whose programs log all
// they can: none of them shows up anywhere but in Secrets.
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { releaseNamespace } from '../src/cluster/install.ts';
import { kubectl } from '../src/cluster/kubectl.ts';
import { deliverPush, firstSync, secondSync } from '../src/plant/cycle.ts';
import { eventually } from '../src/plant/eventually.ts';
import { everythingSaid } from '../src/plant/everythingSaid.ts';
import { leaksIn } from '../src/plant/leaksIn.ts';
import { installPlant, installStoker, type Plant, stokerName } from '../src/plant/installPlant.ts';
import { conditionOf, type ObservedStoker } from '../src/plant/observe.ts';
import { deliverGitHubPush, receiverSecret } from '../src/plant/pushEvent.ts';
import { applyObjects, getObject } from '../src/plant/resources.ts';
import { gatewayApiToken } from '../src/site-repository/gatewayConfig.ts';
import { stokerResource } from '../src/site-repository/plantResources.ts';

jest.setTimeout(300_000);

const namespace = 'e2e-secrets';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
/** Credentials beside those of the plant: with characters that each way of writing them changes. */
const canaries = {
  refusedToken: 'glpat-canary/wrong+9e1f öß&?=%41',
  brokenToken: 'line-canary-one-5d8c\nline-canary-two-and-more-77ab',
  sshKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  brokenKey: 'no-key-at-all-canary-41c0',
  ownReceiverSecret: 'whsec canary/of+the stoker 0f0f',
  wrongApiKey: 'stoker:canary-api-key/+wrong-3c3c',
};
let plant: Plant;

beforeAll(async () => {
  const debug = ['controller', 'injector', 'agent'].flatMap((part) => ['--set', `${part}.logLevel=debug`]);
  await installStoker(debug);
  plant = await installPlant(namespace);
  await firstSync(plant);
});

afterAll(async () => {
  try {
    await plant?.remove();
  } finally {
    await installStoker(); // the suites behind this one go on with the usual installation, whatever was found in this one
  }
});

/** A Stoker that has no gateways, with a Secret of its own. */
function stokerWith(name: string, stringData: Record<string, string>, git: object): object[] {
  const stoker = stokerResource({ name, namespace, repository: plant.repository.url, ref: 'main' }) as {
    metadata: object;
    spec: { git: object };
  };
  const webhook = { secretRef: { name: `${stokerName}-receiver`, key: 'secret' } };
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData },
    { ...stoker, spec: { ...stoker.spec, webhook, git: { repo: plant.repository.url, ref: 'main', ...git } } },
  ];
}

async function untilResolvedIs(name: string, status: string): Promise<void> {
  await eventually(`${name} is tried`, async () => {
    const stoker = await getObject<ObservedStoker>(namespace, 'stokers', name);
    const condition = stoker.status?.conditions?.find(({ type }) => type === 'RefResolved');
    if (condition?.status !== status) throw new Error(JSON.stringify(stoker.status));
  });
}

test('no credential is said by any log, event, status, document or metric', async () => {
  const { url } = plant.repository;
  const secretRef = (name: string, key: string) => ({ secretRef: { name, key } });
  const receiver = { name: `${stokerName}-receiver`, namespace };
  await applyObjects([
    { apiVersion: 'v1', kind: 'Secret', metadata: receiver, stringData: { secret: canaries.ownReceiverSecret } },
    ...stokerWith('refused', { token: canaries.refusedToken }, { auth: { token: secretRef('refused', 'token') } }),
    ...stokerWith('broken', { token: canaries.brokenToken }, { auth: { token: secretRef('broken', 'token') } }),
    ...stokerWith(
      'ssh',
      { key: canaries.sshKey },
      {
        repo: 'ssh://git@git.invalid/site.git',
        auth: { sshKey: secretRef('ssh', 'key') },
      },
    ),
    ...stokerWith(
      'no-key',
      { key: canaries.brokenKey },
      {
        repo: 'ssh://git@git.invalid/site.git',
        auth: { sshKey: secretRef('no-key', 'key') },
      },
    ),
  ]);
  for (const name of ['refused', 'broken', 'ssh', 'no-key']) await untilResolvedIs(name, 'False');

  const event = { repository: url, branch: 'main', commit: plant.firstCommit };
  const own = { ...event, path: `/webhook/${namespace}/refused` };
  await eventually('the receiver knows the secret of the Stoker', async () =>
    expect(await deliverGitHubPush({ ...own, secret: canaries.ownReceiverSecret })).toBe(202),
  );
  expect(await deliverGitHubPush({ ...own, secret: canaries.refusedToken })).toBe(401);
  await secondSync(plant);

  const apiKey = JSON.stringify({ stringData: { token: canaries.wrongApiKey } });
  await kubectl(['-n', namespace, 'patch', 'secret', 'gateway-api-token', '--type=merge', '-p', apiKey]);
  const inAgent = ['-n', namespace, 'exec', 'site-0', '-c', 'stoker-agent', '--'];
  const given = async () => {
    const key = await kubectl([...inAgent, 'cat', '/etc/stoker/credentials/gateway-api-key']);
    if (key !== canaries.wrongApiKey) throw new Error('not yet');
  };
  await eventually('the agent is given the wrong key', given, 150_000);
  writeFileSync(join(plant.repository.workTree, 'projects/plant-base/NOTE.md'), 'a change to scan');
  await deliverPush(plant, await plant.repository.push('a change to scan'));
  // It is False, too, while the commit is under way.
  await eventually('a gateway refuses the agent', async () =>
    expect(await conditionOf(namespace, 'AllGatewaysSynced')).toMatchObject({
      status: 'False',
      reason: 'GatewayFailed',
      message: expect.stringContaining('the gateway did not scan them'),
    }),
  );

  const said = await everythingSaid([namespace, releaseNamespace]);
  const all = [...said.values()].join('\n');
  for (const expected of [plant.firstCommit, 'AuthenticationFailed', 'stoker_', 'stoker-agent'])
    expect(all).toContain(expected);

  const secrets = { ...canaries, token: plant.repository.token, receiverSecret, gatewayApiToken };
  expect(leaksIn(said, secrets)).toEqual([]);
});
