import { labels, type Stoker, stokers } from '@stoker/crd-types';
import type { KubeObject, OwnerReference } from '@stoker/kube';

/** With the CR gone its objects are garbage: no finalizer, so nothing ever blocks its deletion. */
export function ownerOf(stoker: Stoker): OwnerReference {
  return {
    apiVersion: `${stokers.group}/${stokers.version}`,
    kind: stokers.kind,
    name: stoker.metadata.name,
    uid: stoker.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: false,
  };
}

/** False for what a deleted CR of the same name has left behind: it is about to be collected and says nothing. */
export function isOwnedBy(object: KubeObject | undefined, stoker: Stoker): boolean {
  return object?.metadata.ownerReferences?.some(({ uid }) => uid === stoker.metadata.uid) ?? false;
}

export function crLabel(stoker: Stoker): Readonly<Record<string, string>> {
  return { [labels.cr]: stoker.metadata.name };
}
