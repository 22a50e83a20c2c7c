import type { AuditEntry } from '@stoker/audit';
import { annotations, type MetadataDocument, type Release, type Stoker } from '@stoker/crd-types';
import { readPushed } from '../receiver/pushed.ts';
import type { RefTarget } from '../refs/target.ts';
import type { Delivery } from './deliveries.ts';

export interface ReleaseFacts {
  readonly stoker: Stoker;
  readonly target: RefTarget;
  /** What the gateway was told before. */
  readonly before: MetadataDocument | undefined;
  readonly release: Release;
  /** The push event that brought its commit. */
  readonly delivery: Delivery | undefined;
}

/** Who or what a release comes from, as far as it can be told from what is there: a reconcile has no memory of events. */
export function triggerOf({ stoker, target, before, release, delivery }: ReleaseFacts): AuditEntry['trigger'] {
  const last = before?.release;
  if (release.source === 'override' || last?.source === 'override')
    return { kind: 'annotation', annotation: annotations.refOverride };
  if (last === undefined) return { kind: 'newGateway' };
  const sent = delivery && { sender: delivery.sender, delivery: delivery.delivery };
  // What another replica received; it may be long ago.
  const { commit, sender, delivery: id } = readPushed(stoker);
  const sentThere = commit === release.commit ? { sender, delivery: id } : undefined;
  if (before?.held?.candidate.id === release.id) return { kind: 'gate', ...(sent ?? sentThere) };
  const isOtherRef = last.ref !== release.ref;
  const isOtherCommit = last.commit !== release.commit;
  if (sent !== undefined && (isOtherRef || isOtherCommit)) return { kind: 'pushEvent', ...sent };
  if (isOtherRef && target.kind === 'requested') {
    return target.by === undefined
      ? { kind: 'annotation', annotation: annotations.requestedRef }
      : { kind: 'pushEvent', sender: target.by };
  }
  if (isOtherRef || !isOtherCommit) return { kind: 'spec' };
  return sentThere === undefined ? { kind: 'poll' } : { kind: 'pushEvent', ...sentThere };
}
