import { describe, expect, test } from '@jest/globals';
import { parseStoker } from '@stoker/crd-types';
import { type ReceivedEvent, routeToAll, routeToOne, type Tracker } from './route.ts';

function tracker(
  changes: { repo?: string; ref?: string; followedRef?: string; webhook?: object; name?: string } = {},
): Tracker {
  const { repo = 'https://github.com/acme/plant.git', ref = 'main', webhook, name = 'plant' } = changes;
  const stoker = parseStoker({
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'Stoker',
    metadata: { name, namespace: 'ns' },
    spec: { git: { repo, ref }, ...(webhook === undefined ? {} : { webhook }) },
  });
  return { key: `ns/${name}`, stoker, followedRef: changes.followedRef ?? ref, overrides: ['refs/heads/fix'] };
}

function event(changes: Partial<ReceivedEvent>): ReceivedEvent {
  return { sender: 'github', kind: 'push', repositories: ['https://github.com/acme/plant'], ...changes };
}

describe("on a CR's own path", () => {
  test.each<[string, Partial<ReceivedEvent>, Parameters<typeof tracker>[0], object]>([
    [
      'a push to its branch resolves',
      { ref: 'refs/heads/main', commit: 'abc' },
      {},
      { kind: 'resolve', commit: 'abc' },
    ],
    [
      'a push to the branch of one of its gateways resolves',
      { ref: 'refs/heads/fix', commit: 'abc' },
      {},
      { kind: 'resolve', commit: undefined },
    ],
    ['a push to another branch is ignored', { ref: 'refs/heads/dev' }, {}, { kind: 'ignored' }],
    [
      'a tag moves it there',
      { kind: 'tag', ref: 'refs/tags/v2' },
      {},
      { kind: 'request', ref: 'refs/tags/v2', over: 'main' },
    ],
    ['a release moves it there', { kind: 'release', ref: 'v2' }, {}, { kind: 'request', ref: 'v2' }],
    [
      'a plain ref without a repository moves it there',
      { kind: 'generic', ref: 'v2', repositories: [] },
      {},
      { kind: 'request' },
    ],
    [
      'a release of another repository is ignored',
      { kind: 'release', ref: 'v2', repositories: ['https://github.com/acme/mill'] },
      {},
      { kind: 'ignored' },
    ],
    [
      'a push of another repository to a branch of the same name is ignored',
      { ref: 'refs/heads/main', commit: 'abc', repositories: ['https://github.com/acme/mill'] },
      {},
      { kind: 'ignored', reason: 'RepositoryNotFollowed' },
    ],
    [
      "a push of another repository to a branch of a gateway's name is ignored",
      { ref: 'refs/heads/fix', repositories: ['https://github.com/acme/mill'] },
      {},
      { kind: 'ignored', reason: 'RepositoryNotFollowed' },
    ],
    [
      'the host of the repository does not matter',
      { kind: 'release', ref: 'v2', repositories: ['https://git.inside:3000/acme/plant.git'] },
      {},
      { kind: 'request' },
    ],
    [
      'the ref it is on already resolves',
      { kind: 'tag', ref: 'refs/tags/v2' },
      { followedRef: 'v2' },
      { kind: 'resolve' },
    ],
    ['the ref of its spec ends a request', { kind: 'generic', ref: 'main' }, { followedRef: 'v2' }, { kind: 'clear' }],
    ['a ping is ignored', { kind: 'ping' }, {}, { kind: 'ignored' }],
  ])('%s', (_name, received, followed, expected) => {
    expect(routeToOne(event(received), tracker(followed))).toMatchObject(expected);
  });

  test('a branch and a tag of one name are told apart', () => {
    const followed = tracker({ ref: 'refs/tags/v1' });
    expect(routeToOne(event({ ref: 'refs/heads/v1' }), followed)).toMatchObject({ kind: 'ignored' });
  });

  test('a ref that git would refuse is refused by name', () => {
    const received = event({ kind: 'generic', ref: '--upload-pack=x', repositories: [] });
    expect(() => routeToOne(received, tracker())).toThrow(expect.objectContaining({ reason: 'InvalidRef' }));
  });
});

describe('on the path of the installation', () => {
  const plant = tracker();
  const overSsh = tracker({ name: 'ssh', repo: 'git@github.com:Acme/Plant.git' });
  const others = [
    tracker({ name: 'mill', repo: 'https://github.com/acme/mill' }),
    tracker({ name: 'dev', ref: 'dev' }),
    tracker({ name: 'own', webhook: { secretRef: { name: 'hook', key: 'secret' } } }),
  ];

  test('every CR that follows this branch of this repository resolves, but for those with a secret of their own', () => {
    const actions = routeToAll(event({ ref: 'refs/heads/main', commit: 'abc' }), [plant, overSsh, ...others]);
    expect(actions).toEqual([
      { kind: 'resolve', key: 'ns/plant', commit: 'abc' },
      { kind: 'resolve', key: 'ns/ssh', commit: 'abc' },
    ]);
  });

  test('a release moves nobody', () => {
    expect(routeToAll(event({ kind: 'release', ref: 'v2' }), [plant, overSsh, ...others])).toEqual([]);
  });

  test('an event without a repository concerns nobody', () => {
    expect(routeToAll(event({ ref: 'main', repositories: [] }), [plant])).toEqual([]);
  });
});
