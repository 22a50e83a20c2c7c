import { describe, expect, test } from '@jest/globals';
import { findTarballFaults } from './findTarballFaults.ts';

const manifest = {
  exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
  dependencies: { '@stoker/errors': '^0.1.0' },
};
const good = {
  'package.json': JSON.stringify(manifest),
  LICENSE: 'Apache License',
  'README.md': '# A package',
  'dist/index.js': '',
  'dist/index.js.map': '{"sources":["../src/index.ts"]}',
  'dist/index.d.ts': '',
  'src/index.ts': '',
  'dist/testing/index.js': '',
};

const faultsOf = (files: Readonly<Record<string, string>>) => findTarballFaults(new Map(Object.entries(files)));
const withManifest = (change: object) => ({ ...good, 'package.json': JSON.stringify({ ...manifest, ...change }) });
const without = (name: keyof typeof good) => Object.fromEntries(Object.entries(good).filter(([path]) => path !== name));

const program = {
  'package.json': JSON.stringify({ bin: { 'kubectl-stoker': 'main.js' } }),
  LICENSE: 'Apache License',
  'README.md': '# A program',
  'main.js': '#!/usr/bin/env node\n',
};

describe('a tarball', () => {
  test.each([
    ['a library', good],
    ['a program', program],
  ])('of %s that holds all it names has no fault', (_, files) => expect(faultsOf(files)).toEqual([]));

  test.each([
    ['no license', without('LICENSE'), 'LICENSE is missing'],
    ['no README', without('README.md'), 'README.md is missing'],
    ['no exports', withManifest({ exports: undefined }), 'it exports nothing'],
    [
      'an export that is not there',
      without('dist/index.d.ts'),
      'exports "." leads to dist/index.d.ts, which is not in it',
    ],
    [
      'our own condition',
      withManifest({ exports: { '.': { '@stoker/source': './src/index.ts' } } }),
      'exports "." under our own condition @stoker/source',
    ],
    [
      'a version only our workspace knows',
      withManifest({ peerDependencies: { express: 'catalog:' } }),
      'peerDependencies has express as catalog:',
    ],
    ['a test', { ...good, 'src/plan.test.ts': '' }, 'src/plan.test.ts is a test'],
    [
      'what is left of a module that is gone',
      { ...good, 'dist/gone.js.map': '{"sources":["../src/gone.ts"]}' },
      'dist/gone.js.map is made from src/gone.ts, which is not in it',
    ],
    [
      'a program that is not there',
      { ...program, 'package.json': '{"bin":{"kubectl-stoker":"./bundle/main.js"}}' },
      'bin "kubectl-stoker" leads to ./bundle/main.js, which is not in it',
    ],
    [
      'a program that a shell would read',
      { ...program, 'main.js': 'run();' },
      'main.js does not begin with #!/usr/bin/env node',
    ],
    [
      'a program that brings along what it has in it',
      { ...program, 'package.json': '{"bin":{"kubectl-stoker":"main.js"},"dependencies":{"yaml":"^2.9.1"}}' },
      'it depends on yaml, which belongs in its bundle',
    ],
  ])('with %s is refused', (_, files, fault) => expect(faultsOf(files)).toEqual([fault]));
});
