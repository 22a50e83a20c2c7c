import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changesName, metadataName, sidecarContainerName, statusName } from '@stoker/crd-types';
import { kubectl } from '../src/cluster/kubectl.ts';
import { firstSync } from '../src/plant/cycle.ts';
import { installPlant, type Plant, stokerName } from '../src/plant/installPlant.ts';

const namespace = 'e2e-tenancy';
const [own, other] = ['area-north', 'area-south'];
let plant: Plant;

beforeAll(async () => {
  plant = await installPlant(namespace, (gateway) => ({ ...gateway, serviceAccount: gateway.name }));
  await firstSync(plant);
}, 300_000);

afterAll(async () => {
  await plant?.remove();
}, 150_000);

/** Runs in the agent's own container, with its own token: prints the status that the API server answers. */
const program = `
const [method, path] = process.argv.slice(1);
const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const request = require('node:https').request(
  {
    host: process.env.KUBERNETES_SERVICE_HOST,
    port: process.env.KUBERNETES_SERVICE_PORT,
    method,
    path,
    ca: fs.readFileSync(account + '/ca.crt'),
    headers: {
      authorization: 'Bearer ' + fs.readFileSync(account + '/token', 'utf8'),
      'content-type': method === 'POST' ? 'application/json' : 'application/merge-patch+json',
    },
  },
  (response) => { console.log(response.statusCode); response.destroy(); },
);
request.end(method === 'GET' || method === 'DELETE' ? undefined : '{}');
`;

async function ask(method: string, path: string): Promise<number> {
  const inAgent = ['exec', `${own}-0`, '-c', sidecarContainerName, '--', 'node', '-e', program, method, path];
  return Number(await kubectl(['-n', namespace, ...inAgent]));
}

const configMap = (name: string) => `/api/v1/namespaces/${namespace}/configmaps/${name}`;
const documents = (gateway: string) => ({
  metadata: configMap(metadataName(stokerName, gateway)),
  status: configMap(statusName(stokerName, gateway)),
  changes: configMap(changesName(stokerName, gateway)),
});

describe("an agent's service account", () => {
  const mine = documents(own);
  test.each([
    ['reads', 'GET', mine.metadata],
    [
      'watches',
      'GET',
      `/api/v1/namespaces/${namespace}/configmaps?watch=1&fieldSelector=metadata.name%3D${metadataName(stokerName, own)}`,
    ],
    ['writes the status of', 'PATCH', mine.status],
    ['writes the changes of', 'PATCH', mine.changes],
  ])(
    '%s its own gateway',
    async (_, method, path) => {
      expect(await ask(method, path)).toBe(200);
    },
    30_000,
  );

  const theirs = documents(other);
  const inNamespace = `/api/v1/namespaces/${namespace}`;
  test.each([
    ['its own metadata, to write', 'PATCH', mine.metadata],
    ['its own documents, to delete', 'DELETE', mine.status],
    ["the other's metadata", 'GET', theirs.metadata],
    ["the other's status", 'GET', theirs.status],
    ["the other's status, to write", 'PATCH', theirs.status],
    ["the other's changes", 'GET', theirs.changes],
    ["the other's changes, to write", 'PATCH', theirs.changes],
    ['all ConfigMaps', 'GET', `${inNamespace}/configmaps`],
    ['a new ConfigMap', 'POST', `${inNamespace}/configmaps`],
    ['all Secrets', 'GET', `${inNamespace}/secrets`],
    ['the Secret with the git token', 'GET', `${inNamespace}/secrets/git-token`],
    ['the credentials Secret of its Stoker', 'GET', `${inNamespace}/secrets/stoker-agent-${stokerName}`],
    ['all pods', 'GET', `${inNamespace}/pods`],
    ['its own pod', 'GET', `${inNamespace}/pods/${own}-0`],
    ["the other's pod, to delete", 'DELETE', `${inNamespace}/pods/${other}-0`],
    ['a command in its own pod', 'POST', `${inNamespace}/pods/${own}-0/exec?command=ls`],
    ['a token of its service account', 'POST', `${inNamespace}/serviceaccounts/${own}/token`],
    ['the Stoker', 'GET', `/apis/stoker.io/v1alpha1/namespaces/${namespace}/stokers/${stokerName}`],
    ['the profiles', 'GET', `/apis/stoker.io/v1alpha1/namespaces/${namespace}/syncprofiles`],
    ['events', 'POST', `/apis/events.k8s.io/v1/namespaces/${namespace}/events`],
    ['namespaces', 'GET', '/api/v1/namespaces'],
    ['nodes', 'GET', '/api/v1/nodes'],
  ])(
    '%s: Forbidden',
    async (_, method, path) => {
      expect(await ask(method, path)).toBe(403);
    },
    30_000,
  );
});
