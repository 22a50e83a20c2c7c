import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  configMode,
  makeValidDataFolder,
  propertiesFolder,
  viewFolder,
  type DataFolder,
} from '../testing/dataFolder.ts';
import { loadTree } from './loadTree.ts';
import { stopsStartUp } from './problem.ts';
import { readTree } from './readTree.ts';

let folder: DataFolder;
beforeEach(() => {
  folder = makeValidDataFolder();
});
afterEach(() => folder.remove());

const ownerUid = process.getuid?.();
const load = async (signatures: 'accept' | 'skip' = 'accept', owner = ownerUid) =>
  loadTree(await readTree(folder.path, ['config/resources', 'projects'], owner), signatures);

describe('a data folder that is as it should be', () => {
  test('is loaded without a problem', async () => {
    expect(await load()).toEqual({ problems: [], resources: [propertiesFolder, viewFolder], projects: ['plant'] });
  });

  test('may hold a mode that overrides what core has, and the own copies of the gateway', async () => {
    folder.write('config/resources/dev/config-mode.json', configMode('core'));
    folder.resource('config/resources/dev/ignition/system-properties', { 'config.json': '{}' });
    folder.write('projects/.resources/0a1b', 'half a {');
    expect((await load()).problems).toEqual([]);
  });
});

describe('what the loader finds wrong', () => {
  const costsAResource: readonly [string, string, () => void][] = [
    ['NotJson', 'a file cut in half', () => folder.write(`${viewFolder}/view.json`, '{"root":')],
    ['NotJson', 'a file that is empty', () => folder.write(`${viewFolder}/view.json`, '')],
    ['SignatureMismatch', 'a file that changed alone', () => folder.write(`${viewFolder}/view.json`, '{"root":1}')],
    ['BadResourceJson', 'a list', () => folder.write(`${viewFolder}/resource.json`, '[]')],
    ['BadResourceJson', 'an unknown scope', () => folder.resource(viewFolder, { 'view.json': '{}' }, { scope: 'X' })],
    ['BadResourceJson', 'no version', () => folder.write(`${viewFolder}/resource.json`, '{"scope":"G","files":[]}')],
    [
      'BadResourceJson',
      'a file in another folder',
      () => folder.write(`${viewFolder}/resource.json`, '{"scope":"G","version":1,"files":["../x"]}'),
    ],
    [
      'ListedFileMissing',
      'a file that is listed and not there',
      () => folder.resource(viewFolder, { 'view.json': '{}' }, { files: ['view.json', 'thumbnail.png'] }),
    ],
    ['NoResourceJson', 'files that nothing speaks for', () => folder.write('projects/plant/a/b/c/code.py', '')],
    ['BadProjectJson', 'a project without project.json', () => folder.write('projects/other/x.txt', '')],
    [
      'ParentMissing',
      'a parent that is not there',
      () => folder.write('projects/plant/project.json', '{"enabled":true,"parent":"base"}'),
    ],
    [
      'NamesFold',
      'names that differ only in case',
      () => folder.write('projects/Plant/project.json', '{"enabled":true}'),
    ],
    ['NotAFile', 'a symbolic link', () => symlinkSync('view.json', join(folder.path, viewFolder, 'link.json'))],
    [
      'NotAFile',
      'a FIFO, without opening it',
      () => void execFileSync('mkfifo', [join(folder.path, viewFolder, 'pipe')]),
    ],
  ];
  test.each(costsAResource)('%s: %s', async (kind, _what, damage) => {
    damage();
    const { problems } = await load();
    expect(problems).toContainEqual(expect.objectContaining({ kind }));
    expect(problems.filter(stopsStartUp)).toEqual([]);
  });

  const stopsAGateway: readonly [string, string, () => void][] = [
    [
      'ConfigModeMissing',
      'a collection with files and no config-mode.json',
      () => folder.resource('config/resources/external/ignition/database-connection/a', { 'config.json': '{}' }),
    ],
    [
      'ConfigModeMissing',
      'a config-mode.json cut in half',
      () => folder.write('config/resources/core/config-mode.json', '{"title"'),
    ],
    [
      'SingletonOnlyInMode',
      'a singleton that only a mode has',
      () => {
        folder.write('config/resources/dev/config-mode.json', configMode('core'));
        folder.resource('config/resources/dev/ignition/security-properties', { 'config.json': '{}' });
      },
    ],
  ];
  test.each(stopsAGateway)('%s stops a start: %s', async (kind, _what, damage) => {
    damage();
    expect((await load()).problems.filter(stopsStartUp)).toEqual([expect.objectContaining({ kind })]);
  });

  test('WrongOwner stops a start: files of somebody else', async () => {
    const { problems } = await load('accept', (ownerUid ?? 0) + 1);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.every((problem) => problem.kind === 'WrongOwner' && stopsStartUp(problem))).toBe(true);
  });

  test('an empty collection needs no config-mode.json', async () => {
    mkdirSync(join(folder.path, 'config/resources/dev'));
    expect((await load()).problems).toEqual([]);
  });
});

test('a resource with a wrong signature is taken or left out, as the switch says', async () => {
  folder.write(`${viewFolder}/view.json`, '{"root":1}');
  expect((await load('accept')).resources).toContain(viewFolder);
  expect((await load('skip')).resources).not.toContain(viewFolder);
});

test('what was read is told by the content, file by file', async () => {
  const { hashes } = await readTree(folder.path, [''], undefined);
  expect([...hashes.keys()].sort()).toEqual([
    'config/resources/core/config-mode.json',
    `${propertiesFolder}/config.json`,
    `${propertiesFolder}/resource.json`,
    `${viewFolder}/resource.json`,
    `${viewFolder}/view.json`,
    'projects/plant/project.json',
  ]);
  const content = readFileSync(join(folder.path, viewFolder, 'view.json'));
  expect(content.length).toBeGreaterThan(0);
  expect(hashes.get(`${viewFolder}/view.json`)).toMatch(/^[0-9a-f]{64}$/);
});
