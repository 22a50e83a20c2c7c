import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRepositoryUrl } from '@stoker/gitref';
import { checkAllowed } from './access/remote.ts';
import { parseOptions } from './options.ts';
import { watchSecretFiles } from './receiver/secretFiles.ts';

const environment = { POD_NAMESPACE: 'stoker-system' };

test('without options it looks after every namespace, on the documented ports, without a lease', () => {
  expect(parseOptions([], environment)).toMatchObject({
    watchNamespaces: [],
    receiverAddress: { host: undefined, port: 8080 },
    healthAddress: { host: undefined, port: 8081 },
    leaderElect: false,
    namespace: 'stoker-system',
    logLevel: 'info',
  });
});

test.each([
  ['--receiver-address', ['--receiver-address', 'nowhere']],
  ['--workers', ['--workers', '0']],
  ['--max-concurrent-syncs', ['--max-concurrent-syncs', 'some']],
  ['--max-syncs-per-minute', ['--max-syncs-per-minute', '100000']],
  ['--log-level', ['--log-level', 'loud']],
  ['--no-such-option', ['--no-such-option']],
])('a bad %s is refused by its name', (name, argv) => {
  expect(() => parseOptions(argv, environment)).toThrow(
    expect.objectContaining({ reason: 'InvalidUsage', message: expect.stringContaining(name) }),
  );
});

test('limits of the installation are as given, and none without', () => {
  const given = ['--max-concurrent-syncs', '50', '--max-syncs-per-minute=3000'];
  expect(parseOptions(given, environment)).toMatchObject({
    limits: { maxConcurrentSyncs: 50, maxSyncsPerMinute: 3000 },
  });
  expect(parseOptions([], environment)).toHaveProperty('limits', {});
});

describe('--allowed-repositories', () => {
  const options = parseOptions(['--allowed-repositories', 'github.com/acme/*, git.example.com/**'], environment);
  const { allowedRepositories } = options as Exclude<typeof options, string>;
  const check = (text: string) => () => checkAllowed(parseRepositoryUrl(text, 'cluster'), allowedRepositories);

  test.each(['https://github.com/acme/plant.git', 'git@github.com:Acme/plant.git', 'https://git.example.com/a/b/c'])(
    'allows %s',
    (text) => {
      expect(check(text)).not.toThrow();
    },
  );

  test.each([
    'https://github.com/acme/plant/deeper',
    'https://github.com.evil.com/acme/plant',
    'https://githubXcom/acme/plant',
    'https://gitlab.com/acme/plant',
  ])('refuses %s', (text) => {
    expect(check(text)).toThrow(expect.objectContaining({ reason: 'RepositoryNotAllowed' }));
  });
});

describe('secrets of push events', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-secrets-'));
  const file = join(folder, 'secret');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are one a line, read again when they change, and kept when the file goes', () => {
    writeFileSync(file, 'old\n\nnew\n');
    let now = 0;
    const errors: unknown[] = [];
    const sources = { files: [file], directory: undefined };
    const secrets = watchSecretFiles(
      sources,
      (error) => errors.push(error),
      () => now,
    );
    expect(secrets()).toEqual(['old', 'new']);
    writeFileSync(file, 'new\n');
    now += 6_000;
    expect(secrets()).toEqual(['new']);
    rmSync(file);
    now += 6_000;
    expect(secrets()).toEqual(['new']);
    expect(errors).toHaveLength(1);
  });

  test('of a mounted Secret are all of its keys, and nothing of the kubelet', () => {
    mkdirSync(join(folder, 'mounted', '..data'), { recursive: true });
    writeFileSync(join(folder, 'mounted', 'a'), 'one');
    writeFileSync(join(folder, 'mounted', 'b'), 'two');
    const secrets = watchSecretFiles({ files: [], directory: join(folder, 'mounted') }, () => undefined);
    expect(secrets()).toEqual(['one', 'two']);
  });

  test('that are empty are none: everybody knows an empty secret', () => {
    writeFileSync(file, '\n');
    expect(watchSecretFiles({ files: [file], directory: undefined }, () => undefined)()).toEqual([]);
  });

  test('that are not there stop the start, by the name of the option', () => {
    const sources = { files: [join(folder, 'nothing')], directory: undefined };
    expect(() => watchSecretFiles(sources, () => undefined)).toThrow(
      expect.objectContaining({ reason: 'InvalidUsage' }),
    );
  });
});
