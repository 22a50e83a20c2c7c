import { annotations } from '@stoker/crd-types';
import { type ConfigMap, configMaps, type KubeClient, keyOf } from '@stoker/kube';
import type { WriteThrough } from '../cluster/writeThrough.ts';

/** Notes since when a gateway has documents and no pod, or with `null` that it is back. */
export async function markAbsence(
  deps: { readonly client: KubeClient; readonly documents: Pick<WriteThrough<ConfigMap>, 'wrote'> },
  configMap: ConfigMap,
  since: Date | null,
): Promise<void> {
  const patch = { metadata: { annotations: { [annotations.absentSince]: since?.toISOString() ?? null } } };
  deps.documents.wrote(await deps.client.mergePatch(configMaps, keyOf(configMap), patch));
}
