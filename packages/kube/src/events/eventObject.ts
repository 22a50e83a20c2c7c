import { randomBytes } from 'node:crypto';
import { microTime } from '../microTime.ts';
import type { Event } from '../resourceTypes.ts';
import type { EventRecorder, KubeObject } from '../types.ts';

export type RecordedEvent = Parameters<EventRecorder['record']>[0];

/** Limits of `events.k8s.io/v1`, in bytes; beyond them the API server refuses the event. */
const limits = { note: 1024, reason: 128, action: 128, instance: 128, name: 253 };

/** A first occurrence, as the API server takes it. */
export function eventObject(event: RecordedEvent, by: { component: string; instance: string }, date: Date): Event {
  const { regarding } = event;
  const suffix = `.${randomBytes(8).toString('hex')}`;
  // Events about cluster-scoped objects live in `default`: so kubectl looks for them there.
  const namespace = regarding.metadata.namespace || 'default';
  return {
    metadata: { namespace, name: cut(regarding.metadata.name, limits.name - suffix.length) + suffix },
    eventTime: microTime(date),
    type: event.type,
    reason: cut(event.reason, limits.reason),
    action: cut(event.action, limits.action),
    note: cut(event.note, limits.note),
    reportingController: by.component,
    reportingInstance: cut(by.instance, limits.instance),
    regarding: referenceTo(regarding),
  };
}

/** The object, what happened to it and what was tried: events with the same key differ at most in their notes. */
export function reasonKey({ regarding, type, reason, action }: RecordedEvent): string {
  const { uid, namespace, name } = regarding.metadata;
  return JSON.stringify([regarding.kind, uid, namespace, name, type, reason, action]);
}

function referenceTo({ apiVersion, kind, metadata }: KubeObject) {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { apiVersion, kind, namespace, name, uid, resourceVersion };
}

/** At most so many bytes of UTF-8, without half a character at the end. */
function cut(text: string, bytes: number): string {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return text;
  return encoded
    .subarray(0, bytes)
    .toString('utf8')
    .replace(/\uFFFD+$/u, '');
}
