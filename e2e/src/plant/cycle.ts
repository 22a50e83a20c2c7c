// The main job from the first pod to the deleted Stoker, step by step, so that tests can look at it or get in its way.
import {
  documentKeys,
  type MetadataDocument,
  metadataName,
  parseMetadataDocument,
  parseStatusDocument,
  type StatusDocument,
  statusName,
} from '@stoker/crd-types';
import { kubectl } from '../cluster/kubectl.ts';
import { nextCommit } from '../site-repository/nextCommit.ts';
import { plantGateways } from '../site-repository/plantGateways.ts';
import { writeRepository } from '../site-repository/writeRepository.ts';
import { eventually } from './eventually.ts';
import { type Plant, stokerName } from './installPlant.ts';
import { allSynced } from './observe.ts';
import { deliverGitHubPush } from './pushEvent.ts';
import { getObject, listKinds, listObjects } from './resources.ts';
import { readGatewayFile, recordedScans } from './simulator.ts';

/**
 * A moment of the cycle: pods were just created; a commit is in git; its push event was just accepted; a profile was just
 * edited; the Stoker was just deleted.
 */
export type Moment = 'gatewaysCreated' | 'pushed' | 'delivered' | 'profileEdited' | 'stokerDeleted';

/** Gets in the way at a moment of the cycle. */
export type Disturb = (moment: Moment) => Promise<void>;

export const undisturbed: Disturb = async () => undefined;

/** Whose profile the cycle edits, and where it then puts a file that it left alone before. */
export const editedGateway = { name: 'site', profile: 'site' };
export const addedFile = 'PLANT.md';
/** Where the edited profile has the gateway called `plant-<name>`. */
export const renamedFolder = 'config/resources/core/ignition/system-properties';

/** Waits until every gateway has a pod: whoever makes them does so a moment after the StatefulSets are there. */
export function allCreated(namespace: string): Promise<void> {
  return eventually('every gateway has a pod', async () => {
    const pods = await listObjects<object>(namespace, 'pods', 'app=ignition');
    if (pods.length !== plantGateways.length) throw new Error(`there are ${pods.length}`);
  });
}

/** Waits until every gateway was synced, runs, was given back and scanned what its first boot had changed, and its agent rests. */
export async function firstSync({ namespace, firstCommit }: Plant): Promise<void> {
  await allSynced(namespace, firstCommit);
  await allReady(namespace);
  for (const { name } of plantGateways) {
    await eventually(`${name} scans what its first boot had changed`, async () => {
      const scans = await recordedScans(namespace, `${name}-0`);
      if (!scans.some(({ cause, kind }) => cause === 'request' && kind === 'config')) throw new Error('not yet');
    });
    await atRest(namespace, name);
  }
  // The Stoker tells of it a moment after the agents.
  await allSynced(namespace, firstCommit);
}

/** Waits until a gateway's agent reports that its release is in the folder and scanned. While it is busy, its phase may say so at any moment. */
function atRest(namespace: string, gateway: string): Promise<void> {
  return eventually(`${gateway} has scanned its release`, async () => {
    const { release } = await metadataOf(namespace, gateway);
    const { phase, releaseId, scan } = await statusOf(namespace, gateway);
    if (phase !== 'Synced' || releaseId !== release?.id || scan?.outcome !== 'Scanned')
      throw new Error(JSON.stringify({ wanted: release?.id, releaseId, phase, scan }));
  });
}

/** Waits until every gateway answers. */
export function allReady(namespace: string): Promise<void> {
  return eventually('every gateway is ready', async () => {
    const ready = ['wait', 'pod', '-l', 'app=ignition', '--for=condition=Ready', '--timeout=5s'];
    await kubectl(['-n', namespace, ...ready]);
  });
}

/** Pushes a commit that changes, adds and deletes, and delivers its push event. Answers the commit. */
export async function pushNext(plant: Plant, disturb: Disturb = undisturbed): Promise<string> {
  const { repository } = plant;
  const { message, changes } = nextCommit();
  await writeRepository(repository.workTree, changes);
  const commit = await repository.push(message);
  await disturb('pushed');
  await deliverPush(plant, commit);
  await disturb('delivered');
  return commit;
}

/** Delivers the push event of a commit, again and again until the receiver accepts it. */
export function deliverPush({ repository }: Plant, commit: string): Promise<void> {
  return eventually('the receiver accepts the push event', async () => {
    const status = await deliverGitHubPush({ repository: repository.url, branch: 'main', commit });
    if (status !== 202) throw new Error(`it answered ${status}`);
  });
}

/** `pushNext`, then waits until every gateway has it. */
export async function secondSync(plant: Plant, disturb?: Disturb): Promise<void> {
  await allSynced(plant.namespace, await pushNext(plant, disturb));
}

/** What a gateway is meant to run, as its metadata document says. */
export async function metadataOf(namespace: string, gateway: string): Promise<MetadataDocument> {
  const name = metadataName(stokerName, gateway);
  const { data } = await getObject<{ data: Record<string, string> }>(namespace, 'configmaps', name);
  return parseMetadataDocument(data[documentKeys.metadata] ?? '');
}

/** What a gateway's agent last reported. Throws before it has. */
export async function statusOf(namespace: string, gateway: string): Promise<StatusDocument> {
  const name = statusName(stokerName, gateway);
  const { data } = await getObject<{ data: Record<string, string> }>(namespace, 'configmaps', name);
  return parseStatusDocument(data[documentKeys.status] ?? '');
}

/** Adds two mappings to a gateway's profile, of which one renames the gateway, and waits until what they bring is there and scanned. */
export async function editProfile({ namespace }: Plant, disturb: Disturb = undisturbed): Promise<void> {
  const { name, profile } = editedGateway;
  const before = await metadataOf(namespace, name);
  const added = [
    { source: 'README.md', destination: addedFile, type: 'file' },
    {
      source: 'gateways/{{.GatewayName}}/system-properties',
      destination: renamedFolder,
      patches: [{ file: 'config.json', set: { '$.systemName': 'plant-{{.GatewayName}}' } }],
    },
  ];
  const patch = JSON.stringify(added.map((value) => ({ op: 'add', path: '/spec/mappings/-', value })));
  await kubectl(['-n', namespace, 'patch', 'syncprofiles', profile, '--type=json', '-p', patch]);
  await disturb('profileEdited');
  // Files come one after the other.
  await eventually('the edited profile is in the folder', async () => {
    await readGatewayFile(namespace, `${name}-0`, addedFile);
    const properties = await readGatewayFile(namespace, `${name}-0`, `${renamedFolder}/config.json`);
    const { systemName } = JSON.parse(properties) as { systemName?: string };
    if (systemName !== `plant-${name}`) throw new Error(`the gateway is still called ${systemName}`);
  });
  const after = await metadataOf(namespace, name);
  if (after.release?.id === before.release?.id) throw new Error(`the release is still ${before.release?.id}`);
  // An agent that was killed in the middle of it may have more to do than can be seen in two files.
  await atRest(namespace, name);
}

/** Deletes the Stoker and waits until nothing that it made is left. */
export async function removeStoker({ namespace }: Plant, disturb: Disturb = undisturbed): Promise<void> {
  await kubectl(['-n', namespace, 'delete', 'stokers', stokerName, '--wait=false']);
  await disturb('stokerDeleted');
  // By Kubernetes' garbage collector, which looks for what there is every 30 s, and later where its API server was away.
  await eventually(
    'the Stoker and what it made are gone',
    async () => {
      const left = await madeByStoker(namespace);
      if (left.length > 0) throw new Error(left.join(', '));
    },
    180_000,
  );
}

interface Owned {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string }[];
  };
}

/** Every Stoker, and every object of any kind that a Stoker's label, owner reference or name says is its own. Events are history, and pods with the agent in them are the plant's. */
async function madeByStoker(namespace: string): Promise<readonly string[]> {
  const printed = await kubectl(['api-resources', '--namespaced', '--verbs=list', '-o', 'name']);
  const kinds = printed.split('\n').filter((name) => name !== '' && !/^(pods|events)(\.|$)/.test(name));
  const objects = await listKinds<Owned>(namespace, kinds);
  if (objects.length === 0) throw new Error(`nothing at all was found in ${namespace}`);
  const owned = objects.filter(
    ({ kind, metadata: { name, labels, ownerReferences } }) =>
      kind === 'Stoker' ||
      name.startsWith('stoker-') ||
      labels?.['stoker.io/cr'] !== undefined ||
      ownerReferences?.some((owner) => owner.kind === 'Stoker'),
  );
  return owned.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}
