// Keeps docs/report.md true.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { sync } from '../index.ts';
import { mapping, memoryRequest } from '../testing/requests.ts';
import { temporaryFolder, writeTree } from '../testing/trees.ts';
import type { Tree } from '../testing/trees.ts';

/** `path: type` of every value in a document; lists are `[]`. */
function fieldsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(item, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [`${path}: ${typeof value}`];
  return Object.entries(value).flatMap(([name, item]) => fieldsOf(item, path === '' ? name : `${path}.${name}`));
}

const page = readFileSync(new URL('../../docs/report.md', import.meta.url), 'utf8');
const documented = [...page.matchAll(/^\| `([^`]+)` *\| (\w+)\?? *\|/gm)].map(([, name, type]) => `${name}: ${type}`);

test('a report has the documented fields, of the documented types, and no others', async () => {
  using folder = temporaryFolder();
  const release = async (id: string, tree: Tree) => {
    const request = memoryRequest(folder.path, tree, {
      mappings: [mapping('.', 'conf')],
      protection: { paths: ['conf/db/'], explicitOnly: [] },
      driftPolicy: 'report',
      groups: ['conf/*'],
      release: { id, ref: 'main', commit: id },
    });
    return sync(request, { listUnchanged: true });
  };
  await release('1', { 'a/same': '1', 'a/edited': '1', 'a/new': '1', 'db/x': '1' });
  writeTree(folder.path, { 'conf/a/edited': 'here' });
  const report = await release('2', { 'a/same': '1', 'a/edited': '1', 'a/new': '2', 'db/x': '1' });
  const fields = new Set(fieldsOf(JSON.parse(JSON.stringify(report))));
  expect([...fields].toSorted()).toEqual(documented.toSorted());
});
