import type { KubeClient, KubeObject, ListOptions, ResourceType } from '../types.ts';
import { apiVersionOf, resourcePath } from './resourcePath.ts';

const defaultPageSize = 500;

export interface Page<T> {
  readonly items: readonly T[];
  /** Of the whole list: the same on every page. Opaque. */
  readonly resourceVersion: string;
}

/**
 * A list in pages. Throws `ApiError` 410 when it took so long that the server forgot the beginning: then only a new
 * list helps.
 */
export async function* listPages<T extends KubeObject>(
  client: KubeClient,
  type: ResourceType<T>,
  options: ListOptions & { readonly metadataOnly?: boolean | undefined },
): AsyncGenerator<Page<T>> {
  const {
    namespace,
    labelSelector,
    fieldSelector,
    limit = defaultPageSize,
    metadataOnly = false,
    ...request
  } = options;
  const accept = metadataOnly ? metadataAccept('PartialObjectMetadataList') : undefined;
  let continueToken: string | undefined;
  do {
    const query = { labelSelector, fieldSelector, limit: String(limit), continue: continueToken };
    const path = resourcePath(type, { namespace, query });
    const page = (await client.raw('GET', path, undefined, { ...request, accept })) as ObjectList<T>;
    // Items of a list do not say what they are.
    const items = (page.items ?? []).map((item) => ({ ...item, apiVersion: apiVersionOf(type), kind: type.kind }));
    yield { items, resourceVersion: page.metadata.resourceVersion };
    continueToken = page.metadata.continue;
  } while (continueToken);
}

/** Asks for metadata alone, of any kind. */
export function metadataAccept(kind: 'PartialObjectMetadata' | 'PartialObjectMetadataList'): string {
  return `application/json;as=${kind};g=meta.k8s.io;v=v1`;
}

interface ObjectList<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly T[] | null;
}
