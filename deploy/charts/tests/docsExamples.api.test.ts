// Every YAML that the documentation tells people to write, before those who would read it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { annotations, parseStoker, parseSyncProfile } from '../../../packages/crd-types/src/index.ts';
import { parseAllDocuments } from 'yaml';
import { checkout } from '../../../e2e/src/cluster/paths.ts';
import { allMarkdown } from '../../../e2e/src/docs/pages.ts';
import { readPage } from '../../../e2e/src/docs/readPage.ts';
import { useOwnApiServer } from './support/ownApiServer.ts';
import { renderText } from './support/renderChart.ts';

interface Example {
  readonly where: string;
  readonly value: Readonly<Record<string, unknown>> & { readonly kind?: string };
}

const examples = allMarkdown().flatMap((file) =>
  readPage(join(checkout, file))
    .blocks.filter(({ language }) => language === 'yaml')
    .flatMap(({ text, line }) =>
      parseAllDocuments(text).map((document): Example => ({ where: `${file}:${line}`, value: document.toJS() })),
    ),
);
const objects = examples.filter(({ value }) => value.kind !== undefined);
const onPods = examples.filter(({ value }) => Object.keys(value).every((key) => key.startsWith('stoker.io/')));
const values = examples.filter((example) => !objects.includes(example) && !onPods.includes(example));
const named = (list: readonly Example[]) => list.map(({ where, value }) => [where, value] as const);

const server = useOwnApiServer();

beforeAll(async () => {
  for (const plural of ['stokers', 'syncprofiles']) {
    const input = readFileSync(join(checkout, `packages/crd-types/crds/${plural}.stoker.io.yaml`), 'utf8');
    await server().kubectl(['apply', '--filename', '-'], { input });
  }
  await server().kubectl(['wait', 'crd', '--all', '--for=condition=Established', '--timeout=60s']);
  for (const name of ['plant', 'argocd']) await server().kubectl(['create', 'namespace', name]);
}, 120_000);

describe('examples of the documentation', () => {
  test('are there', () => {
    expect([objects.length > 20, onPods.length > 0, values.length > 5]).toEqual([true, true, true]);
  });

  test.each(named(objects))(
    '%s is taken by the API server, without a field that it does not know',
    async (_where, object) => {
      const apply = [
        'apply',
        '--server-side',
        '--dry-run=server',
        '--validate=strict',
        '--output=name',
        '--filename=-',
      ];
      const name = await server().kubectl(apply, { input: JSON.stringify(object) });
      expect(name).toContain((object['metadata'] as { name: string }).name);
    },
  );

  const resources = objects.filter(({ value: { kind } }) => kind === 'Stoker' || kind === 'SyncProfile');
  test.each(named(resources))('%s is taken by the controller', (_where, resource) => {
    const parse = resource.kind === 'Stoker' ? parseStoker : parseSyncProfile;
    expect(() =>
      parse({ ...resource, metadata: { namespace: 'plant', ...(resource['metadata'] as object) } }),
    ).not.toThrow();
  });

  test.each(named(values))('%s are values that the chart knows', async (_where, given) => {
    expect(await renderText(given)).toContain('kind: Deployment');
  });

  test.each(named(onPods))('%s are annotations of Stoker', (_where, given) => {
    expect(Object.values(annotations)).toEqual(expect.arrayContaining(Object.keys(given)));
  });
});
