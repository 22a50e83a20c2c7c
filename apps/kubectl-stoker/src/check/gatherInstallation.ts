import { ApiError, type KubeClient, type Lease, leases } from '@stoker/kube';
import {
  type CustomResourceDefinition,
  customResourceDefinitions,
  type Deployment,
  deployments,
  type MutatingWebhookConfiguration,
  mutatingWebhookConfigurations,
} from './kinds.ts';
import { type Right, rights } from './rights.ts';

/** What was found, or why it is not known: most users may not look at everything. */
export type Look<T> = { readonly known: true; readonly found: T } | { readonly known: false; readonly why: string };

/** Everything that `check` judges by. */
export interface Installation {
  readonly namespace: string;
  readonly version: string;
  readonly definitions: Look<readonly CustomResourceDefinition[]>;
  readonly deployments: Look<readonly Deployment[]>;
  /** Of the controllers, one a namespace with an installation. */
  readonly leases: Look<readonly Lease[]>;
  readonly webhooks: Look<readonly MutatingWebhookConfiguration[]>;
  /** Undefined: the user may not even ask. */
  readonly rights: readonly { readonly right: Right; readonly allowed: boolean | undefined }[];
}

/** Throws when the API server does not answer; what it refuses to show is not known. */
export async function gatherInstallation(client: KubeClient, namespace: string): Promise<Installation> {
  const { gitVersion } = (await client.raw('GET', '/version')) as { readonly gitVersion: string };
  const [definitions, found, webhooks, allowed] = await Promise.all([
    look(listItems(client.list(customResourceDefinitions))),
    look(listItems(client.list(deployments, { labelSelector: 'app.kubernetes.io/name=stoker' }))),
    look(listItems(client.list(mutatingWebhookConfigurations))),
    Promise.all(rights.map(async (right) => ({ right, allowed: await isAllowed(client, namespace, right) }))),
  ]);
  const homes = found.known ? [...new Set(found.found.map(({ metadata }) => metadata.namespace ?? ''))] : [];
  return {
    namespace,
    version: gitVersion,
    definitions,
    deployments: found,
    leases: found.known ? await look(findLeases(client, homes)) : found,
    webhooks,
    rights: allowed,
  };
}

async function listItems<T>(listing: Promise<{ readonly items: readonly T[] }>): Promise<readonly T[]> {
  return (await listing).items;
}

async function findLeases(client: KubeClient, namespaces: readonly string[]): Promise<readonly Lease[]> {
  const found = await Promise.all(
    namespaces.map((namespace) => client.find(leases, { namespace, name: 'stoker-controller' })),
  );
  return found.filter((lease) => lease !== undefined);
}

async function look<T>(reading: Promise<T>): Promise<Look<T>> {
  try {
    return { known: true, found: await reading };
  } catch (error) {
    if (error instanceof ApiError && error.status === 403) return { known: false, why: error.message };
    throw error;
  }
}

async function isAllowed(client: KubeClient, namespace: string, right: Right): Promise<boolean | undefined> {
  const { verb, group, resource, subresource } = right;
  const asked = client.raw('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { namespace, verb, group, resource, subresource } },
  });
  const review = await look(asked as Promise<{ readonly status?: { readonly allowed?: boolean } }>);
  return review.known ? review.found.status?.allowed === true : undefined;
}
