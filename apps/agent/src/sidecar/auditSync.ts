import { isDeepStrictEqual } from 'node:util';
import type { Audit, AuditEntry } from '@stoker/audit';
import { annotations, type MetadataDocument, type Release, type StatusDocument } from '@stoker/crd-types';
import { describeError } from '@stoker/errors';
import type { SyncCause } from './nextAction.ts';
import type { SyncAction, SyncDependencies } from './performSync.ts';

const triggers: Readonly<Record<SyncCause, AuditEntry['trigger']>> = {
  newRelease: { kind: 'release' },
  requested: { kind: 'annotation', annotation: annotations.syncNow },
  resync: { kind: 'resync' },
  look: { kind: 'resync' },
  firstBoot: { kind: 'firstBoot' },
};

type ReleasePlace = Pick<Release, 'id' | 'repository' | 'ref' | 'commit'>;

type Recorder = Pick<SyncDependencies, 'cell' | 'environment'> & { readonly audit: Pick<Audit, 'record'> };

/**
 * Records what the history has anew since `before`, its newest entry then: so a look that finds nothing to do is no
 * record, and a failure that repeats is one.
 */
export function auditSync(
  { audit, cell, environment }: Recorder,
  document: MetadataDocument,
  sync: {
    readonly action: SyncAction;
    readonly before: StatusDocument['history'][number] | undefined;
    readonly error?: unknown;
    readonly author?: AuditEntry['author'];
  },
): void {
  const [entry] = cell.state.history;
  // That its release was verified may have been added to an entry: it is the same one.
  if (entry === undefined || isDeepStrictEqual({ ...entry, verified: true }, { ...sync.before, verified: true }))
    return;
  const { action, error, author } = sync;
  const { outcome, changed, durationMs, reason } = entry;
  audit.record({
    action: 'sync',
    object: objectOf(environment, document),
    trigger: triggers[action.cause],
    ...placeOf(action.release),
    author,
    ...(outcome === 'Failed' ? {} : { paths: changed }),
    outcome,
    reason,
    message: error === undefined ? undefined : describeError(error).message,
    durationMs,
  });
}

export function auditRollback(
  { audit, environment }: Recorder,
  document: MetadataDocument,
  {
    release,
    ...rest
  }: { readonly release: ReleasePlace } & Pick<AuditEntry, 'outcome' | 'durationMs'> &
    Partial<Pick<AuditEntry, 'paths' | 'reason' | 'message'>>,
): void {
  const object = objectOf(environment, document);
  audit.record({ action: 'rollback', object, trigger: { kind: 'verification' }, ...placeOf(release), ...rest });
}

function objectOf(
  { namespace, crName, podName }: SyncDependencies['environment'],
  { gatewayName }: MetadataDocument,
): AuditEntry['object'] {
  return { namespace, stoker: crName, gateway: gatewayName, pod: podName };
}

function placeOf({ repository, ref, commit, id }: ReleasePlace) {
  return { repository, ref, commit, release: id };
}
