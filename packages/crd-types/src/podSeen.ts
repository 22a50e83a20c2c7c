import { createHash } from 'node:crypto';
import { annotations } from './annotations.ts';
import type { StatusDocument } from './schemas/wire/statusDocument.ts';

/** What of a pod its agent acts on. */
export interface PodMetadata {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

const read = [annotations.crName, annotations.gatewayName, annotations.syncProfile, annotations.refOverride];
/** A status has to stay small, whatever somebody writes into an annotation. */
const longestValue = 512;

/**
 * A pod as its agent sees it, for its status. Of the same pod, seen through the API server, this makes the same: what
 * differs has not reached the agent (yet).
 */
export function podSeen(pod: PodMetadata): NonNullable<StatusDocument['seen']> {
  const found = read.flatMap((name) => {
    const value = pod.annotations?.[name];
    return value === undefined ? [] : [[name, value.slice(0, longestValue)] as const];
  });
  return { annotations: Object.fromEntries(found), labelsHash: labelsHash(pod.labels ?? {}) };
}

function labelsHash(labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}
