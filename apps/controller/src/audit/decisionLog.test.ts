import { expect, test } from '@jest/globals';
import type { MetadataDocument, StokerStatus } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import type { Override } from '../reconcile/draft.ts';
import { commit, makeDraft, makeGateway, makeMetadata, makeRelease } from '../testing/draft.ts';
import { createDecisionLog } from './decisionLog.ts';
import { createDeliveries } from './deliveries.ts';

const now = new Date(0);
const refused = (ref: string): Override => ({
  ref,
  commit: undefined,
  error: new StokerError(`there is no ${ref}`, { reason: 'RefNotFound', class: 'stalled' }),
});
const unanswered: Override = { ref: 'nowhere', commit: undefined, error: undefined };
const gitAway: Override = {
  ...unanswered,
  error: new StokerError('git is away', { reason: 'GitUnreachable', class: 'transient' }),
};
const taken: Override = { ...unanswered, commit };

/** What is recorded of a gateway whose pod's override looks like these, one reconcile after the other. */
function recordedOf(overrides: readonly (Override | undefined)[], status?: StokerStatus): readonly unknown[] {
  const refs: unknown[] = [];
  const log = createDecisionLog(
    { record: ({ outcome, ref }) => void refs.push(`${outcome} ${ref}`) },
    createDeliveries(),
  );
  for (const override of overrides) {
    log.record(makeDraft({ gateways: [makeGateway('site-0', { override })] }, {}, status), () => undefined, now);
  }
  return refs;
}

test.each<[string, (Override | undefined)[], string[]]>([
  ['once as long as nothing else is known', [refused('nowhere'), refused('nowhere')], ['Refused nowhere']],
  ['once while git is asked again', [refused('nowhere'), unanswered, refused('nowhere')], ['Refused nowhere']],
  ['once while git is away', [refused('nowhere'), gitAway, refused('nowhere')], ['Refused nowhere']],
  ['once for each ref', [refused('nowhere'), refused('lost')], ['Refused nowhere', 'Refused lost']],
  [
    'again once it was removed',
    [refused('nowhere'), undefined, refused('nowhere')],
    ['Refused nowhere', 'Refused nowhere'],
  ],
  ['again once it was taken', [refused('nowhere'), taken, refused('nowhere')], ['Refused nowhere', 'Refused nowhere']],
])('a refused override is recorded %s', (_name, overrides, expected) => {
  expect(recordedOf(overrides)).toEqual(expected);
});

test('what the status says was recorded by the process before, also while git has not answered yet', () => {
  const error = { reason: 'RefNotFound', message: 'there is no nowhere', since: '2026-01-01T00:00:00Z' };
  const status: StokerStatus = {
    discoveredGateways: [{ name: 'site-0', pod: 'site-0', profiles: ['site'], phase: 'Error', error }],
  };
  expect(recordedOf([unanswered, refused('nowhere')], status)).toEqual([]);
});

test('a release is given out once its document has it, also where the answer to that write was lost', () => {
  const recorded: unknown[] = [];
  const log = createDecisionLog({ record: ({ release }) => void recorded.push(release) }, createDeliveries());
  const documentWith = (id: string) => makeMetadata({ release: makeRelease({ id }) });
  const [first, second] = [documentWith('release-1'), documentWith('release-2')];
  /** What is new in a reconcile that found the one document at its start, and leaves the other. */
  const between = (atStart: MetadataDocument, atEnd: MetadataDocument) => {
    const gateways = [makeGateway('site-0', { told: atStart })];
    return log.record(makeDraft({ gateways }), () => atEnd, now).map(({ release }) => release.id);
  };
  expect(between(first, first)).toEqual([]);
  // Written, and not seen.
  expect(between(first, first)).toEqual([]);
  expect(between(second, second)).toEqual(['release-2']);
  expect(between(second, second)).toEqual([]);
  expect(between(second, first)).toEqual(['release-1']);
  expect(recorded).toEqual(['release-2', 'release-1']);
});
