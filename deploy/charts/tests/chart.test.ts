import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseStoker, parseSyncProfile } from '../../../packages/crd-types/src/index.ts';
import { requireGoProgram } from '../../../e2e/src/cluster/goPrograms.ts';
import { runProgram } from '../../../e2e/src/cluster/runProgram.ts';
import { at, chartFolder, find, type Manifest, release, render } from './support/renderChart.ts';
import { valueSets } from './support/valueSets.ts';

// Programs are started here; how long they take is not what is tested.
jest.setTimeout(60_000);

const sets = Object.entries(valueSets);
const chart = parse(readFileSync(join(chartFolder, 'Chart.yaml'), 'utf8'));

function ofKind(manifests: readonly Manifest[], ...kinds: readonly string[]): readonly Manifest[] {
  return manifests.filter(({ kind }) => kinds.includes(kind));
}

describe('the chart', () => {
  test.concurrent.each(sets)('is clean for helm lint with %s', async (_name, values) => {
    const linted = await runProgram(
      requireGoProgram('helm'),
      ['lint', '--strict', chartFolder, '--kube-version', '1.34.0', '--values', '-'],
      { input: JSON.stringify(values) },
    );
    expect(linted).toContain('1 chart(s) linted, 0 chart(s) failed');
  });

  test.concurrent.each(sets)('gives every manifest a name of its own with %s', async (_name, values) => {
    const names = (await render(values)).map(
      ({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
    );
    expect(names).toEqual([...new Set(names)]);
  });

  test('shares no cluster-scoped object between two releases, CRDs apart', async () => {
    const cluster = ['ClusterRole', 'ClusterRoleBinding', 'MutatingWebhookConfiguration', 'CustomResourceDefinition'];
    const [one, two] = await Promise.all([render({}, 'a'), render({ crds: { install: false } }, 'b')]);
    const names = [...ofKind(one, ...cluster), ...ofKind(two, ...cluster)].map(
      ({ kind, metadata }) => `${kind}/${metadata.name}`,
    );
    expect(names).toEqual([...new Set(names)]);
  });

  test.each(['p'.repeat(53), `${'p'.repeat(46)}-stoker`])(
    'has names that Kubernetes takes for a release called %s',
    async (name) => {
      const labels = ofKind(await render({ crds: { install: false } }, name), 'Service', 'Deployment');
      expect(labels.map(({ metadata }) => metadata.name.length)).toHaveLength(4);
      expect(labels.map(({ metadata }) => metadata.name).filter((label) => label.length > 63)).toEqual([]);
    },
  );

  test('is refused by a Kubernetes without native sidecars', async () => {
    const on = (version: string) =>
      runProgram(requireGoProgram('helm'), ['template', 'stoker', chartFolder, '--kube-version', version]);
    await expect(on('1.28.0')).rejects.toThrow('chart requires kubeVersion: >=1.29.0-0');
    await expect(on('1.29.0')).resolves.toContain('kind: Deployment');
  });

  test('keeps its CRDs when it is uninstalled, and tells Artifact Hub of each', async () => {
    const crds = ofKind(await render({}), 'CustomResourceDefinition');
    expect(crds.map(({ metadata }) => metadata.annotations)).toEqual(
      crds.map(() => expect.objectContaining({ 'helm.sh/resource-policy': 'keep' })),
    );
    const told = parse(chart.annotations['artifacthub.io/crds']);
    const found = crds.map((crd) => ({
      name: crd.metadata.name,
      kind: at(crd, 'spec.names.kind'),
      version: at(crd, 'spec.versions.0.name'),
    }));
    expect(told).toEqual(found.map((crd) => expect.objectContaining(crd)));
  });

  test('gives Artifact Hub examples of its CRDs that the controller takes', () => {
    const examples: readonly Manifest[] = parse(chart.annotations['artifacthub.io/crdsExamples']);
    const [stoker, profile] = examples.map((example) => ({
      ...example,
      metadata: { ...example.metadata, namespace: 'plant' },
    }));
    expect(parseStoker(stoker).spec.git).toEqual({ repo: 'https://git.example.com/acme/plant.git', ref: 'main' });
    expect(parseSyncProfile(profile).metadata.name).toBe('default');
  });

  test.concurrent.each(sets)('watches nothing but its namespaces with %s', async (_name, values) => {
    const manifests = await render(values);
    const namespaces = (values['watchNamespaces'] ?? []) as readonly string[];
    const everywhere = ofKind(manifests, 'ClusterRole').map(({ metadata }) => metadata.name);
    const ownCertificate = find(manifests, 'Role/stoker-injector-tls') ? ['stoker-injector-tls'] : [];
    const wide = namespaces.length === 0 ? ['stoker-controller', 'stoker-injector'] : [];
    const expected = [...wide, 'stoker-controller-nodes', ...ownCertificate];
    expect(everywhere.toSorted()).toEqual(expected.toSorted());
    for (const name of ['stoker-controller', 'stoker-injector']) {
      const roles = ofKind(manifests, 'Role').filter(({ metadata }) => metadata.name === name);
      expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(namespaces);
    }
  });
});

describe('the webhook configuration', () => {
  test.concurrent.each(sets)(
    'is asked for annotated new pods alone, of no system namespace, with %s',
    async (_name, values) => {
      const webhooks = at(find(await render(values), 'MutatingWebhookConfiguration/stoker-injector'), 'webhooks');
      expect(webhooks).toEqual([
        expect.objectContaining({
          rules: [
            { apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], operations: ['CREATE'], scope: 'Namespaced' },
          ],
          matchConditions: [
            {
              name: 'asks-for-injection',
              expression: "object.metadata.?annotations[?'stoker.io/inject'].orValue('') == 'true'",
            },
          ],
          namespaceSelector: {
            matchExpressions: expect.arrayContaining([
              {
                key: 'kubernetes.io/metadata.name',
                operator: 'NotIn',
                values: [release.namespace, 'kube-system', 'kube-public', 'kube-node-lease'],
              },
            ]),
          },
        }),
      ]);
    },
  );

  test.concurrent.each(sets)('is reached under the names of the certificate with %s', async (_name, values) => {
    const manifests = await render(values);
    const service = at(
      find(manifests, 'MutatingWebhookConfiguration/stoker-injector'),
      'webhooks.0.clientConfig.service',
    );
    expect(service).toEqual({ name: 'stoker-injector', namespace: release.namespace, path: '/mutate', port: 443 });
    expect(at(find(manifests, 'Service/stoker-injector'), 'spec.ports.0')).toMatchObject({
      port: 443,
      targetPort: 'webhook',
    });
    const certificates = ofKind(manifests, 'Certificate').filter(({ metadata }) => metadata.name === 'stoker-injector');
    const issued = certificates.map((certificate) => at(certificate, 'spec.dnsNames'));
    expect(issued).toEqual(issued.map(() => expect.arrayContaining([`stoker-injector.${release.namespace}.svc`])));
  });
});

describe("the chart's own authority", () => {
  test('keeps its key when it is renewed, so that what it signed before is trusted and what it signs then, too', async () => {
    const manifests = await render({ injector: { tls: { source: 'certManager' } } });
    const authority = find(manifests, 'Certificate/stoker-injector-authority');
    // cert-manager 1.18 and newer would make a new one.
    expect(at(authority, 'spec.privateKey.rotationPolicy')).toBe('Never');
    expect(at(find(manifests, 'Certificate/stoker-injector'), 'spec.privateKey.rotationPolicy')).toBe('Always');
  });
});

describe('the programs', () => {
  test.concurrent.each([
    ['controller', 'controller'],
    ['injector', 'injector-webhook'],
  ])('%s knows every option that it is given', async (component, app) => {
    const main = join(chartFolder, `../../../apps/${app}/src/main.ts`);
    const help = await runProgram(process.execPath, ['--conditions=@stoker/source', main, '--help']);
    for (const [, values] of sets) {
      const deployment = find(await render(values), `Deployment/stoker-${component}`);
      const given = at(deployment, 'spec.template.spec.containers.0.args') as readonly string[];
      for (const option of given) expect(help).toContain(`  ${option.split('=')[0]} `);
    }
  });
});
