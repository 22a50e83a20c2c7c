import { installChart, releaseNamespace } from '../cluster/install.ts';
import { gatewayApiToken } from '../site-repository/gatewayConfig.ts';
import { plantSecrets, stokerResource, syncProfileResources } from '../site-repository/plantResources.ts';
import { plantGateways } from '../site-repository/plantGateways.ts';
import { siteRepository } from '../site-repository/siteRepository.ts';
import { writeRepository } from '../site-repository/writeRepository.ts';
import { conditionFindings } from './endState.ts';
import { eventually } from './eventually.ts';
import { everythingSaid } from './everythingSaid.ts';
import { gatewayManifests, type GatewaySpec } from './gateways.ts';
import { type PlantRepository, startGitServer } from './gitServer.ts';
import { leaksIn } from './leaksIn.ts';
import { receiverSecret } from './pushEvent.ts';
import { applyObjects, createNamespace, listObjects } from './resources.ts';

export const stokerName = 'plant';

export interface Plant {
  readonly namespace: string;
  readonly repository: PlantRepository;
  /** The commit that the repository began with. */
  readonly firstCommit: string;
  /**
   * Removes the namespace and the work tree. Throws when the conditions in it break the rules of kstatus, or when a credential of
   * the plant is said by any log, event, object or metric.
   */
  remove(): Promise<void>;
}

/**
 * The chart of this checkout, with an installation-wide push-event secret; `options` go to helm. Replicas of an earlier install
 * have ended then: until it ends a controller leads, and mints, tells and records with what it was given.
 */
export async function installStoker(options: readonly string[] = [], secret?: string): Promise<void> {
  await createReceiverSecret(secret);
  await installChart(['--set', 'receiver.existingSecret=receiver', ...options]);
  await noReplicaEnds();
}

/** Waits until of the installation nothing is left that was told to end. */
export function noReplicaEnds(): Promise<void> {
  return eventually('no replica from before is left', async () => {
    const pods = await listObjects<{ metadata: { deletionTimestamp?: string } }>(releaseNamespace, 'pods');
    if (pods.some(({ metadata }) => metadata.deletionTimestamp !== undefined)) throw new Error('one is ending');
  });
}

/** The namespace of the installation, with the secret `receiver` for its push events. */
export async function createReceiverSecret(secret = receiverSecret): Promise<void> {
  await createNamespace(releaseNamespace);
  const metadata = { name: 'receiver', namespace: releaseNamespace };
  await applyObjects([{ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { secret } }]);
}

const same = (gateway: GatewaySpec) => gateway;

/**
 * A namespace with a git server, its repository, a Stoker, profiles, and three gateways that ask for the agent. `change` says
 * how the gateways differ from usual; service accounts that it names are created.
 */
export async function installPlant(
  namespace: string,
  change: (gateway: GatewaySpec) => GatewaySpec = same,
): Promise<Plant> {
  const removeNamespace = await createNamespace(namespace);
  const repository = await startGitServer(namespace);
  await writeRepository(repository.workTree, siteRepository());
  const firstCommit = await repository.push('The plant as it is');
  await applyObjects([
    ...plantSecrets(namespace, repository.token),
    ...syncProfileResources(namespace),
    stokerResource({ name: stokerName, namespace, repository: repository.url, ref: 'main' }),
  ]);
  const gateways = plantGateways.map(change);
  const accounts = new Set(gateways.flatMap(({ serviceAccount }) => serviceAccount ?? []));
  await applyObjects([
    ...[...accounts].map((name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } })),
    ...gateways.flatMap((gateway) => gatewayManifests(gateway, namespace)),
  ]);
  return {
    namespace,
    repository,
    firstCommit,
    async remove() {
      try {
        const findings = await conditionFindings(namespace);
        if (findings.length > 0) throw new Error(`conditions break the rules of kstatus:\n${findings.join('\n')}`);
        const secrets = { token: repository.token, receiverSecret, gatewayApiToken };
        const leaks = leaksIn(await everythingSaid([namespace, releaseNamespace]), secrets);
        if (leaks.length > 0) throw new Error(`credentials are said where people read:\n${leaks.join('\n')}`);
      } finally {
        await repository.close();
        await removeNamespace();
      }
    },
  };
}
