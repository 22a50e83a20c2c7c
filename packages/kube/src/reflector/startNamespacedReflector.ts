import type { Environment } from '../clock.ts';
import type { KubeObject, NamespacedReflector, NamespacedReflectorOptions, Reflector } from '../types.ts';
import { startReflector } from './startReflector.ts';

/**
 * One reflector a namespace, over namespaces that come and go, so that missing rights in one of them do not blind the
 * others; or one of all. It begins with none.
 */
export function startNamespacedReflector<T extends KubeObject>(
  options: NamespacedReflectorOptions<T>,
  environment?: Environment,
): NamespacedReflector<T> {
  const { onSynced, ...shared } = options;
  const single = new Map<string, Reflector<T>>();
  let everywhere: Reflector<T> | undefined;
  const stopping = new Set<Promise<unknown>>();
  let isStopped = false;
  const start = (namespace: string | undefined, whenSynced?: () => void) => {
    const reflector = startReflector({ ...shared, namespace }, environment);
    reflector.synced().then(
      () => {
        whenSynced?.();
        onSynced?.(namespace);
      },
      // Only when it is stopped before: then nobody waits for it.
      () => undefined,
    );
    return reflector;
  };
  const end = (reflector: Reflector<T>) => {
    const ended: Promise<unknown> = reflector.stop().then(() => stopping.delete(ended));
    stopping.add(ended);
  };
  const keepSingle = (namespaces: ReadonlySet<string>) => {
    for (const [namespace, reflector] of single) {
      if (namespaces.has(namespace)) continue;
      single.delete(namespace);
      end(reflector);
    }
    for (const namespace of namespaces) {
      if (!single.has(namespace)) single.set(namespace, start(namespace));
    }
  };
  const endEverywhere = () => {
    if (everywhere) end(everywhere);
    everywhere = undefined;
  };
  const keepAll = () => {
    everywhere ??= start(undefined, () => {
      // Unless other namespaces were asked for meanwhile, in which case it was stopped.
      if (everywhere?.hasSynced === true) keepSingle(new Set());
    });
  };
  /** Single ones know more than one of all, as long as they are there. */
  const of = (namespace: string) => single.get(namespace) ?? everywhere;
  const objects = (read: (reflector: Reflector<T>) => readonly T[]): readonly T[] => [
    ...[...single.values()].flatMap(read),
    ...(everywhere ? read(everywhere).filter(({ metadata }) => !single.has(metadata.namespace ?? '')) : []),
  ];
  return {
    store: {
      get: (key) => of(key.namespace)?.store.get(key),
      list: (namespace) =>
        namespace === undefined ? objects(({ store }) => store.list()) : (of(namespace)?.store.list(namespace) ?? []),
      byIndex: (index, value) => objects(({ store }) => store.byIndex(index, value)),
      get size() {
        return objects(({ store }) => store.list()).length;
      },
    },
    keep: (namespaces) => {
      // Nobody would stop what is started now.
      if (isStopped) return;
      if (namespaces === 'all') return keepAll();
      endEverywhere();
      keepSingle(namespaces);
    },
    hasSynced: (namespace) => of(namespace)?.hasSynced ?? false,
    stop: async () => {
      isStopped = true;
      keepSingle(new Set());
      endEverywhere();
      await Promise.all(stopping);
    },
  };
}
