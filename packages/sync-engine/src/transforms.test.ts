import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sync } from './index.ts';
import { memorySource } from './testing/memorySource.ts';
import { mapping, memoryRequest, refusal } from './testing/requests.ts';
import { readTree, temporaryFolder } from './testing/trees.ts';
import type { Mapping, Patch, Seal, SyncRequest } from './types.ts';

const variables = { GatewayName: 'area-1', Commit: '1111111', Vars: { line: '7' } };
const template = mapping('.', 'conf', { template: true });

function patching(file: string, set: Patch['set']): Mapping {
  return mapping('.', 'conf', { patches: [{ file, set }] });
}

function request(
  target: string,
  tree: Record<string, string>,
  mappings: readonly Mapping[],
  changes: Partial<SyncRequest> = {},
) {
  return memoryRequest(target, tree, { mappings, variables, ...changes });
}

/** Lists the SHA-256 of the files that it names: a signature as simple as can be. */
const seal: Seal = {
  fileName: 'sum.txt',
  renew: (text, sha256Of) =>
    text
      .split('\n')
      .map((line) => line.split(' ')[0] ?? '')
      .map((name) => `${name} ${sha256Of(name) ?? 'none'}`)
      .join('\n'),
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a mapping with templates', () => {
  const tree = {
    'a.txt': 'I am {{.GatewayName}}, line {{ .Vars.line }}',
    'b.txt': 'plain',
    'c.png': '\0{{.GatewayName}}',
  };

  test('renders text files and leaves the others as they are', async () => {
    using folder = temporaryFolder();
    await sync(request(folder.path, tree, [template]));
    expect(readTree(folder.path)).toMatchObject({
      'conf/a.txt': 'I am area-1, line 7',
      'conf/b.txt': 'plain',
      'conf/c.png': '\0{{.GatewayName}}',
    });
  });

  test('costs nothing when nothing changed', async () => {
    using folder = temporaryFolder();
    await sync(request(folder.path, tree, [template]));
    const source = memorySource(tree);
    const report = await sync(request(folder.path, tree, [template], { source }));
    expect([report.outcome, source.counts]).toEqual(['unchanged', { listings: 0, blobs: 0 }]);
  });

  test('writes what a new value or a new commit changes, and no more', async () => {
    using folder = temporaryFolder();
    await sync(request(folder.path, tree, [template]));
    const renamed = { ...variables, GatewayName: 'area-2' };
    const report = await sync(request(folder.path, tree, [template], { variables: renamed }));
    expect(report.counts).toEqual({ added: 0, modified: 1, deleted: 0, unchanged: 2 });
    const next = { ...tree, 'b.txt': 'line {{.Vars.line}}' };
    const later = await sync(request(folder.path, next, [template], { variables: renamed }));
    expect(later.changes.map(({ path }) => path)).toEqual(['conf/b.txt']);
    expect(readTree(folder.path)).toMatchObject({ 'conf/a.txt': 'I am area-2, line 7', 'conf/b.txt': 'line 7' });
  });

  test('puts a live edit back though its manifest knows only what had been made', async () => {
    using folder = temporaryFolder();
    await sync(request(folder.path, tree, [template]));
    writeFileSync(join(folder.path, 'conf/a.txt'), 'edited');
    const report = await sync(request(folder.path, tree, [template]));
    expect(report.changes).toMatchObject([{ path: 'conf/a.txt', liveEdit: true }]);
    expect(readFileSync(join(folder.path, 'conf/a.txt'), 'utf8')).toBe('I am area-1, line 7');
  });

  test('is predicted by a dry run', async () => {
    using folder = temporaryFolder();
    const predicted = await sync(request(folder.path, tree, [template]), { dryRun: true });
    const done = await sync(request(folder.path, tree, [template]));
    expect(predicted.changes).toEqual(done.changes);
  });

  test('names the file whose template cannot be rendered, and changes nothing', async () => {
    using folder = temporaryFolder();
    const bad = { 'x/y.txt': '{{.Vars.missing}}', 'z.txt': 'fine' };
    const error = await refusal(request(folder.path, bad, [template]));
    expect(error).toMatchObject({ reason: 'TransformFailed', hint: '.Vars has line' });
    expect(error.message).toBe('"conf/x/y.txt" "{{.Vars.missing}}" has no value');
    expect(readTree(folder.path)).toEqual({});
  });

  test('is not let make JSON that is none', async () => {
    using folder = temporaryFolder();
    const quoted = { ...variables, Vars: { line: '"' } };
    const error = await refusal(
      request(folder.path, { 'a.json': '{"a":"{{.Vars.line}}"}' }, [template], { variables: quoted }),
    );
    expect(error.reason).toBe('InvalidJson');
  });
});

describe('with transforms, the cost of a commit follows what it changed', () => {
  const filesIn = (folder: string): [string, string][] =>
    Array.from({ length: 20 }, (_, index) => [`${folder}/${index}.txt`, `${index} of {{.GatewayName}}`]);
  const tree = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => `f${index}`).flatMap((folder) => [
      ...filesIn(folder),
      [`${folder}/plain.txt`, 'without'],
      [`${folder}/sum.txt`, '0.txt old'],
    ]),
  );
  const next = { ...tree, 'f3/7.txt': 'another {{.GatewayName}}' };

  test('and not how many files there are: each is read to be rendered, and to be written', async () => {
    using folder = temporaryFolder();
    await sync(request(folder.path, tree, [template]));
    const source = memorySource(next, [tree]);
    const report = await sync(request(folder.path, next, [template], { source }));
    expect(report.counts).toEqual({ added: 0, modified: 1, deleted: 0, unchanged: 219 });
    expect(source.counts).toEqual({ listings: 1, blobs: 2 });
    expect(readTree(folder.path)['conf/f3/7.txt']).toBe('another area-1');
  });

  test('and with a seal, how many files there are in the folders with a change', async () => {
    using folder = temporaryFolder();
    await sync(request(folder.path, tree, [template], { seal }));
    const later = { ...next, 'f3/sum.txt': '7.txt old' };
    const source = memorySource(later, [tree]);
    const report = await sync(request(folder.path, later, [template], { seal, source }));
    expect(report.changes.map(({ path }) => path)).toEqual(['conf/f3/7.txt', 'conf/f3/sum.txt']);
    expect(source.counts.blobs).toBeLessThan(2 * 23);
    expect(readTree(folder.path)['conf/f3/sum.txt']).toBe(`7.txt ${sha256('another area-1')}`);
  });

  test.each(['conf/f1/0.txt', 'conf/f1/sum.txt', 'conf/f1/plain.txt'])(
    'and an edit of %s, which that commit did not change, is put back all the same',
    async (edited) => {
      using folder = temporaryFolder();
      await sync(request(folder.path, tree, [template], { seal }));
      const before = readTree(folder.path);
      writeFileSync(join(folder.path, edited), 'edited');
      const report = await sync(request(folder.path, next, [template], { seal, source: memorySource(next, [tree]) }));
      expect(report.changes.map(({ path }) => path)).toEqual([edited, 'conf/f3/7.txt']);
      expect(readTree(folder.path)).toEqual({ ...before, 'conf/f3/7.txt': 'another area-1' });
      expect((await sync(request(folder.path, next, [template], { seal }))).outcome).toBe('unchanged');
    },
  );
});

describe('a mapping with patches', () => {
  const system = '{\n  "systemName" : "template",\n  "ports":[8088, 8.043e3]\n}';

  test('changes the bytes of the value and no others', async () => {
    using folder = temporaryFolder();
    const tree = { 'system/config.json': system, 'other/config.json': system };
    const set = { '$.systemName': 'gw-{{.GatewayName}}', '$.ports[0]': 80 };
    await sync(request(folder.path, tree, [patching('system/*.json', set)]));
    expect(readTree(folder.path)).toMatchObject({
      'conf/system/config.json': '{\n  "systemName" : "gw-area-1",\n  "ports":[80, 8.043e3]\n}',
      'conf/other/config.json': system,
    });
  });

  test('comes after the template, and one patch after the other', async () => {
    using folder = temporaryFolder();
    const patches = [
      { file: '*.json', set: { '$.a': { b: '{{.Vars.line}}' } } },
      { file: 'x.json', set: { '$.a.b': null } },
    ];
    const tree = { 'x.json': '{"a":1,"c":"{{.Vars.line}}"}', 'y.json': '{"a":1}' };
    await sync(request(folder.path, tree, [mapping('.', 'conf', { template: true, patches })]));
    expect(readTree(folder.path)).toMatchObject({
      'conf/x.json': '{"a":{"b":null},"c":"7"}',
      'conf/y.json': '{"a":{"b":"7"}}',
    });
  });

  test('of a single file goes by its name', async () => {
    using folder = temporaryFolder();
    const patches = [{ file: 'node.json', set: { '$.systemName': 'x' } }];
    const single = mapping('system.json', 'conf/node.json', { type: 'file', patches });
    await sync(request(folder.path, { 'system.json': system }, [single]));
    expect(readTree(folder.path)['conf/node.json']).toContain('"systemName" : "x"');
  });

  test.each([
    [
      'a value that is not there',
      patching('*.json', { '$.name': 'x' }),
      'TransformFailed',
      `"conf/a.json" has no value at $['name'] to patch`,
    ],
    ['a file that is no JSON', patching('*.txt', { '$.name': 'x' }), 'TransformFailed', '"conf/b.txt" is not JSON'],
    ['a binary file', patching('*.png', { '$.name': 'x' }), 'TransformFailed', '"conf/c.png" is not JSON'],
    [
      'a path to many values',
      patching('*.json', { '$..name': 'x' }),
      'InvalidPatch',
      'mappings[0].patches[0].set has "$..name"',
    ],
    [
      'an unknown variable',
      patching('*.json', { '$.a': '{{.Nope}}' }),
      'InvalidTemplate',
      'mappings[0].patches[0].set: "{{.Nope}}"',
    ],
  ])('is refused for %s, and changes nothing', async (_what, wanted, reason, message) => {
    using folder = temporaryFolder();
    const error = await refusal(request(folder.path, { 'a.json': '{"a":1}', 'b.txt': 'b', 'c.png': '\0' }, [wanted]));
    expect(error).toMatchObject({ reason, message: expect.stringContaining(message) });
    expect(readTree(folder.path)).toEqual({});
  });
});

describe('a seal', () => {
  const tree = {
    'one/a.txt': '{{.GatewayName}}',
    'one/big.txt': 'x'.repeat(100_000),
    'one/sum.txt': 'a.txt old\nbig.txt old\ngone.txt old',
    'two/a.txt': 'no template',
    'two/sum.txt': 'a.txt kept as it is',
    'sum.txt': 'nothing of the root changed',
  };

  test('is renewed where a transform changed its folder, and nowhere else', async () => {
    using folder = temporaryFolder();
    await sync(request(folder.path, tree, [template], { seal }));
    const live = readTree(folder.path);
    expect(live).toMatchObject({
      'conf/one/sum.txt': `a.txt ${sha256('area-1')}\nbig.txt ${sha256('x'.repeat(100_000))}\ngone.txt none`,
      'conf/two/sum.txt': tree['two/sum.txt'],
      'conf/sum.txt': tree['sum.txt'],
    });
    expect((await sync(request(folder.path, tree, [template], { seal }))).outcome).toBe('unchanged');
  });

  test('follows a neighbour that no transform touches', async () => {
    using folder = temporaryFolder();
    await sync(request(folder.path, tree, [template], { seal }));
    const next = { ...tree, 'one/big.txt': 'small' };
    const report = await sync(request(folder.path, next, [template], { seal, source: memorySource(next, [tree]) }));
    expect(report.changes.map(({ path }) => path)).toEqual(['conf/one/big.txt', 'conf/one/sum.txt']);
    expect(readTree(folder.path)['conf/one/sum.txt']).toContain(`big.txt ${sha256('small')}`);
  });

  test('may be a template itself', async () => {
    using folder = temporaryFolder();
    const own = { 'a.txt': '{{.Commit}}', 'sum.txt': 'a.txt\n{{.GatewayName}}' };
    await sync(request(folder.path, own, [template], { seal }));
    expect(readTree(folder.path)['conf/sum.txt']).toBe(`a.txt ${sha256('1111111')}\narea-1 none`);
  });
});
