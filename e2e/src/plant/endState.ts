import { lintConditions, type KubeObject } from '@stoker/kube';
import { plantGateways } from '../site-repository/plantGateways.ts';
import { containersOf } from './kill.ts';
import { listKinds } from './resources.ts';
import { gatewayTree, recordedScans } from './simulator.ts';

/** What a cycle leaves of one gateway. */
interface GatewayState {
  /** Path → SHA-256 of the folder that Stoker keeps. */
  readonly tree: Readonly<Record<string, string>>;
  /** Whatever any scan found wrong since the gateway started. */
  readonly problems: readonly unknown[];
  /** How often the gateway's own container was started again. */
  readonly restarts: number;
}

/** The state that must come out of a cycle, whatever happened in it. Gateway → its state. */
export async function endState(namespace: string): Promise<Readonly<Record<string, GatewayState>>> {
  const entries = plantGateways.map(async ({ name }) => {
    const pod = `${name}-0`;
    const [container] = await containersOf(namespace, `gateway=${name}`, 'gateway');
    const scans = await recordedScans(namespace, pod);
    return [
      name,
      {
        tree: await gatewayTree(namespace, pod),
        problems: scans.flatMap(({ problems }) => problems),
        restarts: container?.restartCount ?? Number.NaN,
      },
    ] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What is wrong with the conditions of the namespace's resources by the rules of kstatus. For resources at rest. */
export async function conditionFindings(namespace: string): Promise<readonly string[]> {
  return findingsIn(await conditionedIn(namespace));
}

/** Throws where something is wrong with them, or nothing is there that could be. */
export async function requireSoundConditions(namespace: string): Promise<void> {
  const objects = await conditionedIn(namespace);
  const findings = objects.length === 0 ? ['there is neither a Stoker nor a SyncProfile'] : findingsIn(objects);
  if (findings.length > 0) throw new Error(`conditions break the rules of kstatus:\n${findings.join('\n')}`);
}

function conditionedIn(namespace: string): Promise<readonly KubeObject[]> {
  return listKinds<KubeObject>(namespace, ['stokers.stoker.io', 'syncprofiles.stoker.io']);
}

function findingsIn(objects: readonly KubeObject[]): readonly string[] {
  return objects.flatMap((object) => lintConditions(object).map((finding) => `${object.metadata.name}: ${finding}`));
}
