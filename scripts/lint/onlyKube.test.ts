// What runs in a cluster lists, watches and writes status with @stoker/kube alone, so that what is survived is survived once.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { workspaces } from '../workspaces.ts';

const root = join(import.meta.dirname, '../..');
const notShipped = /\.test\.ts$|\/testing\//;

interface Source {
  readonly path: string;
  readonly text: string;
}

function sourcesOf(pattern: string): readonly Source[] {
  const paths = globSync(pattern, { cwd: root }).filter((path) => !notShipped.test(path));
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** `path: what it has` of all that a rule finds. */
function find(sources: readonly Source[], rule: RegExp): readonly string[] {
  return sources.flatMap(({ path, text }) => [...text.matchAll(rule)].map(([found]) => `${path}: ${found}`));
}

const apps = sourcesOf('apps/{controller,agent,injector-webhook}/src/**/*.ts');

test('there is something to look at', () => {
  expect(apps.length).toBeGreaterThan(100);
  expect(find(apps, /startReflector|startNamespacedReflector/g).length).toBeGreaterThan(5);
  expect(find(apps, /patchStatus\(/g).length).toBeGreaterThan(0);
});

test('no package but kube depends on a client of Kubernetes', () => {
  const known = /kubernetes|kubectl|k8s|kubeconfig/;
  const dependents = workspaces()
    .filter(({ folder }) => folder !== 'e2e' && folder !== 'packages/kube')
    .flatMap(({ folder, manifest }) =>
      Object.keys(manifest.dependencies ?? {})
        .filter((name) => known.test(name))
        .map((name) => `${folder}: ${name}`),
    );
  expect(dependents).toEqual([]);
});

test.each([
  ['asks the API server past the client', /['"`]\/(?:apis?\/|version\b)|watch=true|KUBERNETES_SERVICE_HOST/g],
  ['reads the token of its service account', /serviceaccount\/(?:token|ca\.crt)/g],
  ['streams or sends what the client has no word for', /\b(?:client|kube)\.(?:stream|raw)\(/g],
  ['writes a status without patchStatus', /subresource/g],
  ['has an informer of its own', /makeInformer|\.informer\(/g],
])('nothing in the controller, the agent or the injector %s', (_, rule) => {
  expect(find(apps, rule)).toEqual([]);
});
