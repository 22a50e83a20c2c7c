import type { AuditEntry } from '@stoker/audit';
import { StokerError } from '@stoker/errors';
import { beforeEach, expect, test } from '@jest/globals';
import { auditSync } from './auditSync.ts';
import { readEnvironment } from './environment.ts';
import type { SyncCause } from './nextAction.ts';
import { createStateCell, type StateCell } from './stateCell.ts';
import { agent, commit, document, release } from './testing/fixtures.ts';

const given = {
  STOKER_CR_NAME: 'plant',
  STOKER_CONTAINER_DATA_DIR: '/data',
  POD_NAMESPACE: 'ns',
  POD_NAME: 'north-0',
  POD_UID: 'pod-1',
};
let cell: StateCell;
let recorded: AuditEntry[];

beforeEach(() => {
  cell = createStateCell(agent());
  recorded = [];
});

/** A sync after which the history begins with `entry`, or is as it was; `settle` is what else happens to it meanwhile. */
function syncWith(cause: SyncCause, entry?: object, error?: unknown, settle: () => void = () => undefined): void {
  const [before] = cell.state.history;
  settle();
  const result = { at: '', commit, releaseId: 'r1', outcome: 'Synced', changed: 0, durationMs: 7, ...entry } as const;
  if (entry !== undefined) cell.update((state) => ({ ...state, history: [result, ...state.history] }));
  const deps = { audit: { record: (made: AuditEntry) => void recorded.push(made) }, cell };
  const action = { release: release(), cause };
  auditSync({ ...deps, environment: readEnvironment(given) }, document(), { action, before, error });
}

test('what the history has anew is recorded, and what it has not is none', () => {
  syncWith('resync');
  syncWith('newRelease', { changed: 3 });
  syncWith('resync');
  syncWith('requested', { changed: 1 });
  expect(recorded).toMatchObject([
    {
      action: 'sync',
      object: { namespace: 'ns', stoker: 'plant', gateway: 'north', pod: 'north-0' },
      trigger: { kind: 'release' },
      ref: 'main',
      commit,
      release: 'r1',
      paths: 3,
      outcome: 'Synced',
      durationMs: 7,
    },
    { trigger: { kind: 'annotation', annotation: 'stoker.io/sync-now' }, paths: 1 },
  ]);
});

test('a restore that changes nothing is no record, also where the release is verified by it', () => {
  syncWith('newRelease', { changed: 3 });
  syncWith('firstBoot', undefined, undefined, () =>
    cell.update((state) => ({ ...state, history: state.history.map((entry) => ({ ...entry, verified: true })) })),
  );
  expect(recorded).toHaveLength(1);
});

test('a failure is recorded with its reason, and not again while it repeats', () => {
  const error = new StokerError('no space left', { reason: 'StorageFull', class: 'transient' });
  syncWith('newRelease', { outcome: 'Failed', reason: 'StorageFull' }, error);
  syncWith('newRelease', undefined, error);
  expect(recorded).toHaveLength(1);
  expect(recorded[0]).toMatchObject({ outcome: 'Failed', reason: 'StorageFull', message: 'no space left' });
  expect(recorded[0]).not.toHaveProperty('paths');
});

test('the injector says where records go', () => {
  const url = 'https://collector.example.com/audit';
  const told = { STOKER_AUDIT_URL: url, STOKER_AUDIT_TOKEN_FILE: '/token', STOKER_AUDIT_CA: 'PEM' };
  const http = { url: new URL(url), tokenFile: '/token', ca: 'PEM' };
  expect(readEnvironment({ ...given, ...told }).audit).toMatchObject({ file: undefined, http });
  expect(readEnvironment(given).audit).toEqual({ file: undefined, http: undefined });
});
