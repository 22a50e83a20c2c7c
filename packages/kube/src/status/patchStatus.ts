import { isDeepStrictEqual } from 'node:util';
import { ApiError, isConflict } from '../client/apiError.ts';
import { formatKey, keyOf } from '../keys.ts';
import type { KubeClient, KubeObject, RequestOptions, ResourceType } from '../types.ts';

/** Others change the object, too, but not for ever. */
const maxAttempts = 5;

/** What a status was made from, and what it is now: the same object where there was nothing to write. */
export interface StatusWrite<T> {
  /** As the server had it, and not what the caller knew, where others had changed it meanwhile. */
  readonly before: T;
  readonly after: T;
}

/**
 * Makes the status equal to `nextStatus`, by one merge patch of the status subresource; nothing is sent when `before`
 * says that it is so already. A change by others meanwhile is read and built upon: conditions keep the transition times
 * that they have by now. But an object that was re-created under its name is another one, and does not get the status of
 * the old one. Throws `ApiError`, then as a conflict.
 */
export async function patchStatus<T extends KubeObject & { readonly status?: unknown }>(
  client: KubeClient,
  type: ResourceType<T>,
  before: T,
  nextStatus: NonNullable<T['status']>,
  options: RequestOptions & { readonly fieldManager?: string | undefined } = {},
): Promise<StatusWrite<T>> {
  const key = keyOf(before);
  let known = before;
  let next = asJson(nextStatus);
  for (let attempt = 1; ; attempt++) {
    const current = asJson(known.status);
    if (isDeepStrictEqual(current, next)) return { before: known, after: known };
    const patch = { ...guardOf(known), status: withRemovals(current, next) };
    try {
      const after = await client.mergePatch(type, key, patch, { ...options, subresource: 'status' });
      return { before: known, after };
    } catch (error) {
      if (!isConflict(error) || attempt === maxAttempts) throw error;
      known = await client.get(type, key, { signal: options.signal, timeoutMs: options.timeoutMs });
      if (known.metadata.uid !== before.metadata.uid) throw reCreated(type.kind, before, error);
      next = withTransitionsOf(asJson(known.status), next);
    }
  }
}

/** With its version a patch is refused if there is another one: a UID alone is not compared when a status is patched. */
function guardOf({ metadata: { resourceVersion } }: KubeObject) {
  return resourceVersion === undefined ? {} : { metadata: { resourceVersion } };
}

function reCreated(kind: string, object: KubeObject, cause: ApiError): ApiError {
  const message = `${kind} ${formatKey(keyOf(object))} was deleted and created again: the status was of the old one`;
  return new ApiError(message, { status: cause.status, reason: cause.reason, cause });
}

type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [field: string]: Json };

/** As it will be on the wire: a field that is undefined is not there. */
function asJson(value: unknown): Json {
  return value === undefined ? {} : (JSON.parse(JSON.stringify(value)) as Json);
}

/**
 * The status was made from conditions that are not the last ones: one that is by now what it is to become has moved then,
 * not now, and none moves before it did.
 */
function withTransitionsOf(current: Json, next: Json): Json {
  if (!isRecord(current) || !isRecord(next)) return next;
  const [known, conditions] = [current['conditions'], next['conditions']];
  if (!isList(known) || !isList(conditions)) return next;
  return { ...next, conditions: conditions.map((condition) => withTransitionOf(known, condition)) };
}

function withTransitionOf(known: readonly Json[], condition: Json): Json {
  if (!isRecord(condition)) return condition;
  const before = known.filter(isRecord).find(({ type }) => type === condition['type']);
  const [time, nextTime] = [before?.['lastTransitionTime'], condition['lastTransitionTime']];
  if (typeof time !== 'string' || typeof nextTime !== 'string') return condition;
  const hasMoved = before?.['status'] !== condition['status'];
  return hasMoved && Date.parse(nextTime) >= Date.parse(time) ? condition : { ...condition, lastTransitionTime: time };
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

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isRecord(value: Json): value is { readonly [field: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
