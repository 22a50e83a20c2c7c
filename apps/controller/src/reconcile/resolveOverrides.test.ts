import { expect, test } from '@jest/globals';
import { annotations, type StokerStatus } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import type { CommitSha } from '@stoker/gitref';
import { summarise } from '../conditions/summarise.ts';
import type { RefState } from '../refs/refState.ts';
import { commit, makeDraft, makeGateway, makePod } from '../testing/draft.ts';
import type { Draft } from './draft.ts';
import { resolveOverrides } from './resolveOverrides.ts';

const unanswered: RefState = { resolved: undefined, error: undefined, attempt: 0 };
const gone = new StokerError('there is no nowhere', { reason: 'RefNotFound', class: 'stalled', hint: 'push it' });
const away = new StokerError('git is away', { reason: 'GitUnreachable', class: 'transient' });

/** One gateway whose pod asks for `ref`, of which `state` is known. */
function asked(ref: string, state: RefState, status?: StokerStatus): Draft {
  const { gateway, ...rest } = makeGateway('site-0');
  const pod = makePod('site-0', { annotations: { [annotations.refOverride]: ref } });
  const draft = makeDraft({ gateways: [{ ...rest, gateway: { ...gateway, pod } }] }, {}, status);
  resolveOverrides(draft, { overrides: { follow: () => new Map([[ref, state]]) } });
  return draft;
}

function statusOf(draft: Draft): StokerStatus {
  const gateways = draft.gateways.map((gateway) => ({ ...gateway, candidateError: gateway.override?.error }));
  return summarise({ ...draft, gateways }, [], new Date('2026-01-01T00:00:00Z'));
}

test.each<[string, StokerError, string]>([
  ['was refused', gone, 'Stalled'],
  ['could not be asked for', away, 'Reconciling'],
])('after a restart an override that %s says so until git answers', (_name, error, type) => {
  const before = statusOf(asked('nowhere', { ...unanswered, error, attempt: 1 }));
  expect(before.conditions).toContainEqual(expect.objectContaining({ type, status: 'True' }));
  expect(statusOf(asked('nowhere', unanswered, before))).toEqual(before);
});

test('what was said of an override says nothing of another ref, and ends with an answer', () => {
  const before = statusOf(asked('nowhere', { ...unanswered, error: gone, attempt: 1 }));
  const found = { commit: commit as CommitSha, kind: 'branch', fullName: 'refs/heads/nowhere' } as const;
  const resolved: RefState = { ...unanswered, resolved: found };
  const overrides = [asked('other', unanswered, before), asked('nowhere', resolved, before)].map(
    ({ gateways }) => gateways[0]?.override,
  );
  expect(overrides).toEqual([
    { ref: 'other', commit: undefined, error: undefined },
    { ref: 'nowhere', commit, error: undefined },
  ]);
});
