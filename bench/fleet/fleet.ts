import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createRepository, type TestRepository } from '@stoker/gitref/testing';
import { type KubeClient, namespaces, pods } from '@stoker/kube';
import { applyProfile, applyStoker, createGatewayPod } from '../../apps/controller/src/testing/cluster.ts';
import { inParallel } from '../inParallel.ts';

export interface Size {
  readonly crs: number;
  /** Of each CR. */
  readonly gateways: number;
  /** So many CRs follow one repository; the others have one each. */
  readonly sharing: number;
  /** Of the one large CR besides. */
  readonly largeGateways: number;
}

export interface Cr {
  readonly namespace: string;
  readonly name: string;
  readonly repository: string;
  readonly gatewayNames: readonly string[];
}

const crsInNamespace = 20;
export const sharedRepository = 'shared';
export const largeName = 'large';

/** Who there is: a hundredth of them would be a small company. */
export function planFleet({ crs, gateways, sharing, largeGateways }: Size): readonly Cr[] {
  const namesOf = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index}`);
  const ordinary = Array.from({ length: crs }, (_, index) => {
    const name = `cr-${index}`;
    const namespace = `plant-${Math.floor(index / crsInNamespace)}`;
    const repository = index < sharing ? sharedRepository : name;
    return { namespace, name, repository, gatewayNames: namesOf(name, gateways) };
  });
  const large = { namespace: largeName, name: largeName, repository: largeName };
  return [...ordinary, { ...large, gatewayNames: namesOf(largeName, largeGateways) }];
}

/** Repositories by name, with one commit each. */
export async function createRepositories(
  folder: string,
  fleet: readonly Cr[],
): Promise<(name: string) => TestRepository> {
  const made = new Map<string, TestRepository>();
  for (const name of [sharedRepository, largeName]) {
    const repository = await createRepository(folder, name);
    await repository.commit({ 'projects/site/project.json': '{}' });
    made.set(name, repository);
  }
  const copied = new Set(fleet.map(({ repository }) => repository).filter((name) => !made.has(name)));
  await inParallel([...copied], (name) =>
    cp(join(folder, `${sharedRepository}.git`), join(folder, `${name}.git`), { recursive: true }),
  );
  return (name) => {
    const repository = made.get(name);
    if (repository === undefined) throw new Error(`nobody pushes to ${name}`);
    return repository;
  };
}

/** All CRs, profiles and pods, as the injector and the kubelet leave these; here is neither. */
export async function createFleet(
  client: KubeClient,
  fleet: readonly Cr[],
  urlOf: (repository: string) => string,
): Promise<void> {
  const everything = { mappings: [{ source: '.', destination: '.' }] };
  await inParallel([...new Set(fleet.map(({ namespace }) => namespace))], async (name) => {
    await client.create(namespaces, { metadata: { name } });
    await applyProfile(client, name, 'site', everything);
  });
  await inParallel(fleet, async ({ namespace, name, repository, gatewayNames }) => {
    await applyStoker(client, namespace, name, { git: { repo: urlOf(repository), ref: 'main' } });
    await inParallel(gatewayNames, async (gateway) => {
      await createGatewayPod(client, namespace, { name: gateway, cr: name });
      const container = { name: 'stoker-agent', image: 'x', imageID: 'x', ready: true, restartCount: 0 };
      const running = { ...container, state: { running: {} } };
      const patch = { status: { phase: 'Running', initContainerStatuses: [running] } };
      await client.mergePatch(pods, { namespace, name: gateway }, patch, { subresource: 'status' });
    });
  });
}
