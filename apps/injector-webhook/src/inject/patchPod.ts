import type { Container, Pod, Volume } from './pod.ts';

export type JsonPatch = readonly { readonly op: 'add'; readonly path: string; readonly value: unknown }[];

export interface Additions {
  readonly initContainer: Container;
  readonly volumes: readonly Volume[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** RFC 6902 operations that only append: nothing that others put there is replaced. */
export function patchPod(pod: Pod, additions: Additions): JsonPatch {
  return [
    ...appendAll('/spec/initContainers', pod.spec.initContainers, [additions.initContainer]),
    ...appendAll('/spec/volumes', pod.spec.volumes, additions.volumes),
    ...setAll('/metadata/labels', pod.metadata.labels, additions.labels),
    ...setAll('/metadata/annotations', pod.metadata.annotations, additions.annotations),
  ];
}

function appendAll(path: string, existing: readonly unknown[] | undefined, values: readonly unknown[]): JsonPatch {
  if (!existing) return [{ op: 'add', path, value: values }];
  return values.map((value) => ({ op: 'add', path: `${path}/-`, value }));
}

export function setAll(
  path: string,
  existing: object | undefined,
  values: Readonly<Record<string, string>>,
): JsonPatch {
  if (!existing) return [{ op: 'add', path, value: values }];
  return Object.entries(values).map(([key, value]) => ({ op: 'add', path: `${path}/${escapePointer(key)}`, value }));
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
