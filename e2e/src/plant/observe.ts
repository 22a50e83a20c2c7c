import { plantGateways } from '../site-repository/plantGateways.ts';
import { stokerName } from './installPlant.ts';
import { eventually } from './eventually.ts';
import { getObject } from './resources.ts';

interface ObservedCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** The parts of a Stoker that tests look at. */
export interface ObservedStoker {
  readonly metadata: { readonly generation: number };
  readonly status?: {
    readonly commit?: string;
    readonly synced?: string;
    readonly conditions?: readonly ObservedCondition[];
    readonly discoveredGateways?: readonly {
      readonly name: string;
      readonly commit?: string;
      readonly phase?: string;
      readonly held?: { readonly gate: string; readonly reason: string; readonly message: string };
      readonly error?: { readonly reason: string; readonly message: string };
      readonly designerSessions?: readonly string[];
    }[];
  };
}

/** A condition of the plant's Stoker; undefined before it is first said. */
export async function conditionOf(namespace: string, type: string): Promise<ObservedCondition | undefined> {
  const { status } = await getObject<ObservedStoker>(namespace, 'stokers', stokerName);
  return status?.conditions?.find((condition) => condition.type === type);
}

/** Waits until every gateway of the plant reports that it runs the commit. */
export function allSynced(namespace: string, commit: string, withinMs = 200_000): Promise<ObservedStoker> {
  return eventually(
    `all gateways of ${namespace} run ${commit.slice(0, 8)}`,
    async () => {
      const stoker = await getObject<ObservedStoker>(namespace, 'stokers', stokerName);
      const gateways = stoker.status?.discoveredGateways ?? [];
      const done = gateways.filter((gateway) => gateway.commit === commit && gateway.phase === 'Synced');
      if (done.length !== plantGateways.length) throw new Error(JSON.stringify(stoker.status));
      return stoker;
    },
    withinMs,
  );
}
