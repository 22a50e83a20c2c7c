import { describe, expect, test } from '@jest/globals';
import { at, find, type Manifest, release, render } from './support/renderChart.ts';
import { asList, useOwnApiServer } from './support/ownApiServer.ts';
import { valueSets } from './support/valueSets.ts';

const server = useOwnApiServer();
const sets = Object.entries(valueSets);
const dryRun = ['--dry-run=server', '--validate=strict', '--output', 'name'];

interface Pod {
  readonly metadata: { readonly labels: object };
  readonly spec: object;
}

function podOf(manifests: readonly Manifest[], component: string): Pod {
  return at(find(manifests, `Deployment/stoker-${component}`), 'spec.template') as Pod;
}

function asPod(template: { readonly metadata?: object; readonly spec: object }): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...template, metadata: { ...template.metadata, name: 'a' } });
}

describe('the API server', () => {
  test.each(sets)('takes every manifest, without a field that it does not know, with %s', async (_name, values) => {
    const manifests = await render(values);
    const apply = ['apply', '--server-side', ...dryRun, '--filename', '-'];
    // As Helm does: what names no namespace belongs into that of the release.
    const elsewhere = manifests.filter(({ metadata }) => metadata.namespace !== undefined);
    const here = manifests.filter(({ metadata }) => metadata.namespace === undefined);
    const inRelease = [...apply, '--namespace', release.namespace];
    const names = [await server().kubectl(inRelease, { input: asList(here) })];
    if (elsewhere.length > 0) names.push(await server().kubectl(apply, { input: asList(elsewhere) }));
    expect(names.join('').trim().split('\n')).toHaveLength(manifests.length);
  });

  test.each(sets)(
    'admits the pods where the restricted pod security standard is enforced, with %s',
    async (_name, values) => {
      const enforced = 'pod-security.kubernetes.io/enforce=restricted';
      await server().kubectl(['label', '--overwrite', 'namespace', release.namespace, enforced]);
      const create = ['create', '--namespace', release.namespace, '--filename', '-', ...dryRun];
      for (const component of ['controller', 'injector']) {
        const pod = podOf(await render(values), component);
        const careless = { ...pod, spec: { ...pod.spec, securityContext: {} } };
        await eventuallyRefused(() => server().kubectl(create, { input: asPod(careless) }), 'violates PodSecurity');
        await expect(server().kubectl(create, { input: asPod(pod) })).resolves.toContain('pod/a');
      }
    },
  );
});

describe('the webhook configuration', () => {
  const spec = { containers: [{ name: 'gateway', image: 'ignition' }] };
  const asking = { annotations: { 'stoker.io/inject': 'true' } };
  // Nobody serves the webhook here, and Fail makes that known: who is admitted was not asked for.
  const called = 'failed calling webhook "inject.stoker.io"';

  async function install(values: object): Promise<void> {
    const webhook = find(
      await render({ injector: { failurePolicy: 'Fail' }, ...values }),
      'MutatingWebhookConfiguration/stoker-injector',
    );
    await server().kubectl(['apply', '--filename', '-'], { input: JSON.stringify(webhook) });
  }

  function create(namespace: string, metadata: object): Promise<string> {
    const args = ['create', '--namespace', namespace, '--filename', '-', ...dryRun];
    return server().kubectl(args, { input: asPod({ metadata, spec }) });
  }

  test('asks the injector for annotated pods, and for no others', async () => {
    await install({});
    await eventuallyRefused(() => create('plant-a', asking), called);
    await expect(create('plant-a', {})).resolves.toContain('pod/a');
    await expect(create('plant-a', { annotations: { 'stoker.io/inject': 'false' } })).resolves.toContain('pod/a');
    await expect(create('plant-a', { annotations: { 'stoker.io/cr-name': 'plant' } })).resolves.toContain('pod/a');
  });

  test.each(['kube-system', 'kube-public', 'kube-node-lease'])('does not ask it for pods of %s', async (namespace) => {
    await install({});
    await eventuallyRefused(() => create('plant-a', asking), called);
    await expect(create(namespace, asking)).resolves.toContain('pod/a');
  });

  test("does not ask it for pods of the release's own namespace", async () => {
    await install({});
    await eventuallyRefused(() => create('plant-a', asking), called);
    await server().kubectl(['label', 'namespace', release.namespace, 'pod-security.kubernetes.io/enforce-']);
    await expect(eventuallyAdmitted(() => create(release.namespace, asking))).resolves.toContain('pod/a');
  });

  test('asks it only for pods of the watched namespaces', async () => {
    await install({ watchNamespaces: ['plant-b'] });
    // By the configuration before, too: so it is that of `plant-a` that tells when this one counts.
    await eventuallyRefused(() => create('plant-b', asking), called);
    await expect(eventuallyAdmitted(() => create('plant-a', asking))).resolves.toContain('pod/a');
    await expect(create('plant-b', asking)).rejects.toThrow(called);
  });

  test('lets annotated pods start while no injector answers, unless told otherwise', async () => {
    await install({ injector: {} });
    await expect(eventuallyAdmitted(() => create('plant-b', asking))).resolves.toContain('pod/a');
  });
});

/** A changed webhook configuration or namespace reaches the API server's admission after a moment. */
async function eventuallyRefused(attempt: () => Promise<string>, message: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const refusal = await attempt().then(
      () => 'admitted',
      (error: Error) => error.message,
    );
    if (refusal.includes(message)) return;
    if (Date.now() > deadline) throw new Error(`the pod should be refused with ${message}: ${refusal}`);
  }
}

async function eventuallyAdmitted(attempt: () => Promise<string>): Promise<string> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
