import { describe, expect, test } from '@jest/globals';
import { findLayerFaults, type PackageSources } from './findLayerFaults.ts';

const layers = {
  '@stoker/errors': [],
  '@stoker/kube': [],
  '@stoker/hmac': ['@stoker/errors'],
  '@stoker/agent': ['@stoker/kube', '@stoker/hmac'],
};

function packageOf(
  name: string,
  files: Record<string, string>,
  dependencies: string[] = [],
  faces = ['.'],
): PackageSources {
  const folder = `packages/${name}`;
  const paths = Object.entries(files).map(([path, text]) => [`${folder}/src/${path}`, text] as const);
  return { folder, name: `@stoker/${name}`, dependencies, devDependencies: [], faces, files: new Map(paths) };
}

const rules = { layers, forTests: ['@stoker/sim'], restricted: { '@them/client': ['@stoker/kube'] } };

describe('findLayerFaults', () => {
  test('finds nothing where every import goes down and through a face', () => {
    const hmac = packageOf(
      'hmac',
      { 'a.ts': "import { x } from './b.ts';\nimport { y } from '@stoker/errors';" },
      ['@stoker/errors'],
      ['.', './express'],
    );
    const agent = packageOf('agent', { 'main.ts': "export { z } from '@stoker/hmac/express';" }, ['@stoker/hmac']);
    expect(findLayerFaults([packageOf('errors', {}), hmac, agent], rules)).toEqual([]);
  });

  test.each([
    [
      'an import of a package above',
      "import type { Stoker } from '@stoker/errors';",
      '@stoker/kube must not import @stoker/errors',
    ],
    [
      'an import over several lines',
      "import {\n  a,\n  b,\n} from '@stoker/errors';",
      '@stoker/kube must not import @stoker/errors',
    ],
    ['a dynamic import', "const x = await import('@stoker/errors');", '@stoker/kube must not import @stoker/errors'],
    ['a relative path out of the package', "import { a } from '../../errors/src/a.ts';", 'lies outside its package'],
    ['a package that imports itself', "import { a } from '@stoker/kube';", 'imports its own package'],
  ])('finds %s', (_what, text, fault) => {
    expect(findLayerFaults([packageOf('kube', { 'a.ts': text })], rules)).toEqual([expect.stringContaining(fault)]);
  });

  test('finds an import that reaches behind the face of a package', () => {
    const agent = packageOf('agent', { 'a.ts': "import { a } from '@stoker/kube/src/store.ts';" });
    expect(findLayerFaults([packageOf('kube', {}), agent], rules)).toEqual([
      expect.stringContaining('is not a public face'),
    ]);
  });

  test('finds a dependency that is declared and not yet imported', () => {
    expect(findLayerFaults([packageOf('kube', {}, ['@stoker/errors'])], rules)).toEqual([
      'packages/kube/package.json: @stoker/kube must not depend on @stoker/errors',
    ]);
  });

  test('finds a package from elsewhere with those who may not have it, and only with them', () => {
    const text = "import { a } from '@them/client/dist/a.js';\nimport { b } from '@them/clients';";
    const kube = packageOf('kube', { 'a.ts': text }, ['@them/client']);
    const agent = packageOf('agent', { 'a.ts': text, 'a.test.ts': text }, ['@them/client']);
    expect(findLayerFaults([kube, agent], rules)).toEqual([
      'packages/agent/package.json: @stoker/agent must not depend on @them/client',
      'packages/agent/src/a.ts: @stoker/agent must not import @them/client',
      'packages/agent/src/a.test.ts: @stoker/agent must not import @them/client',
    ]);
  });

  test('lets tests, and only tests, import what is made for them', () => {
    const text = "import { a } from '@stoker/sim';";
    const sim = { ...packageOf('sim', {}), name: '@stoker/errors' };
    const kube = packageOf('kube', { 'a.test.ts': text, 'testing/b.ts': text, 'c.ts': text });
    const faults = findLayerFaults([{ ...kube, devDependencies: ['@stoker/sim'] }, sim], rules);
    expect(faults.filter((fault) => fault.includes('must not'))).toEqual([
      'packages/kube/src/c.ts: @stoker/kube must not import @stoker/sim',
    ]);
  });

  test('finds a package that nobody put into a layer', () => {
    expect(findLayerFaults([packageOf('new', {})], rules)).toEqual([expect.stringContaining('is in no layer')]);
  });
});
