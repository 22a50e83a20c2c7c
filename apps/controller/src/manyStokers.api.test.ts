import { expect, test } from '@jest/globals';
import { stokers } from '@stoker/crd-types';
import { setTimeout as delay } from 'node:timers/promises';
import { applyStoker, eventually } from './testing/cluster.ts';
import { usePlant } from './testing/usePlant.ts';

const thePlant = usePlant();

const stokerCount = 1000;
const repositoryCount = 50;
/** What the controller asks of one git server at one time. */
const questionsPerHost = 8;
/** The next question would be a second one. */
const polling = { interval: '24h' };

test('a controller that starts over a thousand CRs asks each repository once, and a few at a time', async () => {
  const plant = thePlant();
  const { client, namespace, git } = plant;
  await plant.stop();
  const repositories = await Promise.all(
    Array.from({ length: repositoryCount }, (_, index) => plant.makeRepository(`plant-${index}`)),
  );
  const commits = await Promise.all(repositories.map(({ repository }) => repository.commit({ 'a.json': '{}' })));
  const of = (index: number) => index % repositoryCount;
  let next = 0;
  const create = async () => {
    for (let index = next++; index < stokerCount; index = next++) {
      const spec = { git: { repo: repositories[of(index)]?.repo, ref: 'main' }, polling };
      await applyStoker(client, namespace, `plant-${index}`, spec);
    }
  };
  await Promise.all(Array.from({ length: 16 }, create));

  const asked = git.requests.length;
  let mostConnections = 0;
  const watching = new AbortController();
  const watch = (async () => {
    while (!watching.signal.aborted) {
      mostConnections = Math.max(mostConnections, await git.openConnections());
      await delay(2);
    }
  })();
  await plant.start();
  await eventually(
    'every CR has its commit',
    async () => {
      const { items } = await client.list(stokers, { namespace });
      const found = items.map(({ metadata, status }) => [metadata.name, status?.commit]);
      const expected = items.map(({ metadata }) => [metadata.name, commits[of(Number(metadata.name.slice(6)))]]);
      expect(found).toEqual(expected);
      expect(found).toHaveLength(stokerCount);
    },
    90_000,
  );
  watching.abort();
  await watch;
  // Two requests are one question: what can you do, and which refs are there.
  expect(git.requests.length - asked).toBeLessThanOrEqual(2 * repositoryCount);
  // One that hangs gives its place to another after two seconds: on a slow machine, or a busy one, that may be some.
  const answered = (await plant.metrics())
    .split('\n')
    .find((line) => /^stoker_ref_resolution_duration_seconds_bucket\{(?=.*le="1")(?=.*result="succeeded")/.test(line));
  const soon = Number(answered?.split(' ').at(-1));
  expect(mostConnections).toBeLessThanOrEqual(questionsPerHost + repositoryCount - soon);
  expect(mostConnections).toBeGreaterThan(0);
}, 180_000);
