import {
  isForbidden,
  type KubeClient,
  type KubeObject,
  type Reflector,
  type ReflectorOptions,
  type ResourceType,
  startReflector,
} from '@stoker/kube';
import type { DeltaListener } from './cache.ts';

export interface Node extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export const nodes: ResourceType<Node> = {
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  namespaced: false,
};

/** Which nodes are not well. Nothing waits for it: what is not known of a node is nothing against it. */
export interface Nodes {
  isReady(name: string): boolean;
  stop(): Promise<void>;
}

/** What is needed of a reflector. */
type StartNodes = (
  options: ReflectorOptions<Node>,
) => Pick<Reflector<Node>, 'stop'> & { readonly store: Pick<Reflector<Node>['store'], 'get'> };

/** Without the right to see nodes it says so once and knows nothing, until somebody grants it. */
export function openNodes(options: {
  readonly client: KubeClient;
  readonly start?: StartNodes;
  readonly onDelta: DeltaListener<Node>;
  readonly onError: (error: unknown) => void;
}): Nodes {
  let wasForbidden = false;
  const start: StartNodes = options.start ?? startReflector<Node>;
  const reflector = start({
    client: options.client,
    type: nodes,
    transform: trimNode,
    onDelta: options.onDelta,
    onError: (error) => {
      const isKnown = wasForbidden && isForbidden(error);
      wasForbidden = isForbidden(error);
      if (!isKnown) options.onError(error);
    },
  });
  return {
    isReady: (name) => isReadyNode(reflector.store.get({ namespace: '', name })),
    stop: () => reflector.stop(),
  };
}

/** `Unknown` is what the control plane says of a node that has fallen silent. */
export function isReadyNode(node: Node | undefined): boolean {
  const ready = node?.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True';
}

/** Of a node, which may list hundreds of images, its name and whether it is ready. */
function trimNode({ metadata: { name, uid, resourceVersion }, status }: Node): Node {
  return {
    metadata: {
      name,
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    status: {
      conditions: (status?.conditions ?? [])
        .filter(({ type }) => type === 'Ready')
        .map(({ type, status: value }) => ({ type, status: value })),
    },
  };
}
