import type { ClusterAccess } from '../access/access.ts';
import { systemClock } from '../clock.ts';
import { keyOf } from '../keys.ts';
import type { KubeClient, KubeObject, ResourceType } from '../types.ts';
import { ApiError, isNotFound } from './apiError.ts';
import { apiVersionOf, resourcePath } from './resourcePath.ts';
import { listPages } from './listPages.ts';
import { createTransport } from './transport.ts';

/** Calls against one API server. Opens no connection before the first call, and keeps them between calls. */
export function openClient(
  access: ClusterAccess,
  options: { readonly userAgent?: string } = {},
  clock = systemClock,
): KubeClient {
  const transport = createTransport(access, options.userAgent ?? 'kube-runtime', clock);
  const call = transport.call;

  const client: KubeClient = {
    get: (type, key, request) => objectOf(call({ ...request, method: 'GET', path: resourcePath(type, key) })),
    find: async (type, key, request) => {
      try {
        return await client.get(type, key, request);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
    },
    list: async <T extends KubeObject>(type: ResourceType<T>, request = {}) => {
      const items: T[] = [];
      let resourceVersion = '';
      for await (const page of listPages(client, type, request)) {
        items.push(...page.items);
        resourceVersion = page.resourceVersion;
      }
      return { items, resourceVersion };
    },
    create: (type, object, request) => {
      const { namespace } = keyOf(object);
      const body = addressed(type, object);
      return objectOf(call({ ...request, method: 'POST', path: resourcePath(type, { namespace }), body }));
    },
    apply: (type, object, { fieldManager, force = true, subresource, dryRun, ...request }) => {
      const query = { fieldManager, force: String(force), dryRun: dryRun ? 'All' : undefined };
      const path = resourcePath(type, { ...keyOf(object), subresource, query });
      // JSON is YAML.
      const contentType = 'application/apply-patch+yaml';
      return objectOf(call({ ...request, method: 'PATCH', path, body: addressed(type, object), contentType }));
    },
    mergePatch: (type, key, body, { subresource, fieldManager, ...request } = {}) => {
      const path = resourcePath(type, { ...key, subresource, query: { fieldManager } });
      const contentType = 'application/merge-patch+json';
      return objectOf(call({ ...request, method: 'PATCH', path, body, contentType }));
    },
    replace: (type, object, request) => {
      const body = addressed(type, object);
      return objectOf(call({ ...request, method: 'PUT', path: resourcePath(type, keyOf(object)), body }));
    },
    delete: async (type, key, { preconditions, ...request }: DeleteOptions = {}) => {
      const body = preconditions && { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
      try {
        await call({ ...request, method: 'DELETE', path: resourcePath(type, key), body });
        return true;
      } catch (error) {
        if (isNotFound(error)) return false;
        throw error;
      }
    },
    raw: (method, path, body, request) => call({ ...request, method, path, body }),
    stream: (path, request) => transport.open({ ...request, method: 'GET', path }),
  };
  return client;
}

type DeleteOptions = NonNullable<Parameters<KubeClient['delete']>[2]>;

/** The server has checked it: an object that answers a typed path is of that type. A page in between answers none. */
async function objectOf<T extends KubeObject>(answer: Promise<unknown>): Promise<T> {
  const object = await answer;
  if (typeof object === 'object' && object !== null) return object as T;
  const message = 'something answered in place of the API server: it was no object';
  throw new ApiError(message, { status: 0, reason: 'BadAnswer' });
}

function addressed<T extends KubeObject>(type: ResourceType<T>, object: T): KubeObject {
  return { ...object, apiVersion: apiVersionOf(type), kind: type.kind };
}
