import { stokers, syncProfiles } from '@stoker/crd-types';
import {
  type Delta,
  type KubeClient,
  type KubeObject,
  lintConditions,
  lintTransitions,
  startReflector,
} from '@stoker/kube';

/** Where conditions of a namespace's Stokers, of each of their gateways and of its SyncProfiles break the conventions. */
export async function lintNamespace(client: KubeClient, namespace: string): Promise<readonly string[]> {
  const found = (await client.list(stokers, { namespace })).items;
  const profiles = (await client.list(syncProfiles, { namespace })).items;
  const gateways = found.flatMap(({ status }) =>
    // Without a generation: an unusable spec leaves what gateways last reported in place.
    (status?.discoveredGateways ?? []).map(({ name, conditions }) => ({ metadata: { name }, status: { conditions } })),
  );
  return [...found, ...gateways, ...profiles].flatMap((object) =>
    lintConditions(object).map((finding) => `${object.metadata.name}: ${finding}`),
  );
}

/** Watches what becomes of the conditions of a namespace. `stop` answers what went against the conventions on the way. */
export function watchTransitions(client: KubeClient, namespace: string): { stop(): Promise<readonly string[]> } {
  const findings: string[] = [];
  const onDelta = ({ before, after }: Delta<KubeObject>) => {
    if (before && after) findings.push(...lintTransitions(before, after).map((it) => `${after.metadata.name}: ${it}`));
  };
  const shared = { client, namespace, onDelta };
  const watches = [startReflector({ ...shared, type: stokers }), startReflector({ ...shared, type: syncProfiles })];
  return {
    stop: async () => {
      await Promise.all(watches.map((watch) => watch.stop()));
      return findings;
    },
  };
}
