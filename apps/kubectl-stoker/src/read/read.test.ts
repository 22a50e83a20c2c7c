import { expect, test } from '@jest/globals';
import type { Event } from '@stoker/kube';
import { gateway, newCommit, since, stoker } from '../testing/facts.ts';
import { renderChanges } from './diff.ts';
import { eventsOf, renderEvents } from './events.ts';

test('a diff has a line for each file, and counts those that were left out', () => {
  const text = renderChanges('north', {
    schema: 1,
    podUID: 'uid-0',
    commit: newCommit,
    releaseId: 'r',
    at: since,
    omitted: 7,
    changes: [
      { path: 'projects/a.json', kind: 'added', after: '1' },
      { path: 'projects/b.json', kind: 'modified', before: '1', after: '2', liveEdit: true },
      { path: 'projects/c.json', kind: 'deleted', before: '3' },
    ],
  });
  expect(text).toBe(`the last sync of gateway north, to bbbbbbbb at ${since}, changed 10 files
+ projects/a.json
~ projects/b.json  (edited live; a copy was kept)
- projects/c.json
and 7 more that are counted only`);
});

function event(kind: string, name: string, times: object): Event {
  const about = { regarding: { kind, name }, type: 'Normal', reason: 'Released', note: `of ${name}` };
  return { metadata: { name: `${name}.1` }, ...about, ...times } as Event;
}

test('events are those of the Stoker and of the pods of its gateways, oldest first, however their time is told', () => {
  const all = [
    event('Stoker', 'plant', { eventTime: since, series: { count: 4, lastObservedTime: '2026-05-04T10:03:00.5Z' } }),
    event('Pod', 'north-0', { eventTime: null, deprecatedLastTimestamp: '2026-05-04T10:01:00Z', deprecatedCount: 2 }),
    event('Stoker', 'plant', { eventTime: since }),
    event('Stoker', 'pumps', { eventTime: since }),
    event('Pod', 'elsewhere-0', { eventTime: since }),
  ];
  expect(eventsOf(stoker([gateway()]), all).map(({ object, count }) => `${object} ${count}`)).toEqual([
    'Stoker/plant 1',
    'Pod/north-0 2',
    'Stoker/plant 4',
  ]);
});

test('an event without what its maker may leave out is told with the rest', () => {
  const bare = { metadata: { name: 'a', creationTimestamp: since }, regarding: { kind: 'Pod', name: 'north-0' } };
  const told = event('Stoker', 'plant', { eventTime: '2026-05-04T10:03:00Z' });
  expect(renderEvents(eventsOf(stoker([gateway()]), [told, bare as Event]))).toBe(
    `${since}                    Pod/north-0
2026-05-04T10:03:00Z  Normal  Released  Stoker/plant  of plant`,
  );
});
