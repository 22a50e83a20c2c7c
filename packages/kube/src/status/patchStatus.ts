import { isDeepStrictEqual } from 'node:util';
import { keyOf } from '../keys.ts';
import type { KubeClient, KubeObject, RequestOptions, ResourceType } from '../types.ts';

/**
 * Makes the status equal to `nextStatus`, by one merge patch of the status subresource; nothing is sent when `before`
 * says that it is so already. Throws `ApiError`.
 */
export async function patchStatus<T extends KubeObject & { readonly status?: unknown }>(
  client: KubeClient,
  type: ResourceType<T>,
  before: T,
  nextStatus: NonNullable<T['status']>,
  options: RequestOptions & { readonly fieldManager?: string | undefined } = {},
): Promise<T> {
  const [current, next] = [asJson(before.status), asJson(nextStatus)];
  if (isDeepStrictEqual(current, next)) return before;
  const patch = { status: withRemovals(current, next) };
  return client.mergePatch(type, keyOf(before), patch, { ...options, subresource: 'status' });
}

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [field: string]: Json };

/** As it will be on the wire: a field that is undefined is not there. */
function asJson(value: unknown): Json {
  return value === undefined ? {} : (JSON.parse(JSON.stringify(value)) as Json);
}

/** A merge patch removes only what it names: fields that are gone become null. Everything else is sent whole. */
function withRemovals(before: Json, next: Json): Json {
  if (!isRecord(before) || !isRecord(next)) return next;
  const gone = Object.keys(before).filter((field) => !(field in next));
  return Object.fromEntries([
    ...Object.entries(next).map(([field, value]) => [field, withRemovals(before[field], value)] as const),
    ...gone.map((field) => [field, null] as const),
  ]);
}

function isRecord(value: Json): value is { readonly [field: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
