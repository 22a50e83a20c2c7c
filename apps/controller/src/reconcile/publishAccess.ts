import { agentSecretKeys, agentSecretName, type Stoker } from '@stoker/crd-types';
import { keyOf, type KubeObject, type ResourceType, roleBindings, roles, type Secret, secrets } from '@stoker/kube';
import { type AgentIdentity, agentRoles } from '../access/agentRoles.ts';
import { credentialFields } from '../access/credentials.ts';
import { installationUsername } from '../access/remote.ts';
import type { Cache } from '../cluster/cache.ts';
import { covers } from '../documents/covers.ts';
import { crLabel, isOwnedBy, ownerOf } from '../documents/owner.ts';
import { type Deps, fieldManager } from './deps.ts';
import { done, type Draft, type Outcome } from './draft.ts';

/** The agents' credentials and rights. Comes before the documents, so that an agent finds both when it is told something. */
export async function publishAccess(draft: Draft, deps: Deps): Promise<Outcome> {
  await publishSecret(draft, deps);
  await publishRoles(draft, deps);
  return done;
}

/** One Secret a CR, equal to what its references hold and what is minted. What cannot be had keeps its last value. */
async function publishSecret(draft: Draft, deps: Deps): Promise<void> {
  const { stoker, namespace } = draft;
  const name = agentSecretName(stoker.metadata.name);
  const existing = await deps.secrets.read({ namespace, name });
  const data: Record<string, string> = {};
  for (const agentKey of agentKeys(stoker)) {
    const value = draft.credentials.get(agentKey);
    const encoded = value === undefined ? existing?.[agentKey] : Buffer.from(value).toString('base64');
    if (encoded !== undefined) data[agentKey] = encoded;
  }
  const { token, githubApp } = stoker.spec.git.auth ?? {};
  const username = githubApp === undefined ? token?.username : installationUsername;
  if (username !== undefined) data['username'] = Buffer.from(username).toString('base64');
  if (existing === undefined ? Object.keys(data).length === 0 : isSame(existing, data)) return;
  const secret: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: crLabel(stoker), ownerReferences: [ownerOf(stoker)] },
    type: 'Opaque',
    data,
  };
  await deps.client.apply(secrets, secret, { fieldManager });
}

/** What agents are given, whether it comes from a Secret of the CR's or is minted here. */
function agentKeys(stoker: Stoker): readonly string[] {
  const named = credentialFields(stoker).flatMap(({ agentKey }) => agentKey ?? []);
  return stoker.spec.git.auth?.githubApp === undefined ? named : [...named, agentSecretKeys.token];
}

function isSame(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): boolean {
  return Object.keys(before).length === Object.keys(after).length && covers(before, after);
}

/** One Role and binding for each service account of the gateways, those that may come back included. */
async function publishRoles(draft: Draft, deps: Deps): Promise<void> {
  const { stoker } = draft;
  const wanted = agentRoles(stoker, identities(draft), ownerOf(stoker));
  for (const { role, binding } of wanted) {
    if (!covers(deps.caches.roles.get(keyOf(role)), role)) await deps.client.apply(roles, role, { fieldManager });
    if (!covers(deps.caches.roleBindings.get(keyOf(binding)), binding)) {
      await deps.client.apply(roleBindings, binding, { fieldManager });
    }
  }
  // Only what a synced cache shows is pruned: pods and roles of the namespace are whole, or this reconcile had not begun.
  const kept = new Set(wanted.map(({ role }) => role.metadata.name));
  await prune(draft, deps, { type: roleBindings, cache: deps.caches.roleBindings, kept });
  await prune(draft, deps, { type: roles, cache: deps.caches.roles, kept });
}

async function prune<T extends KubeObject>(
  { key, namespace, stoker }: Draft,
  deps: Deps,
  {
    type,
    cache,
    kept,
  }: { readonly type: ResourceType<T>; readonly cache: Cache<T>; readonly kept: ReadonlySet<string> },
): Promise<void> {
  for (const object of cache.byIndex('cr', key)) {
    const { name } = object.metadata;
    if (!kept.has(name) && isOwnedBy(object, stoker)) await deps.client.delete(type, { namespace, name });
  }
}

function identities({ gateways, absent }: Draft): readonly AgentIdentity[] {
  return [
    ...gateways.map(({ gateway }) => ({
      gatewayName: gateway.name,
      serviceAccountName: gateway.pod.serviceAccountName,
    })),
    ...absent.flatMap(({ gatewayName, serviceAccountName }) =>
      serviceAccountName === undefined ? [] : [{ gatewayName, serviceAccountName }],
    ),
  ];
}
