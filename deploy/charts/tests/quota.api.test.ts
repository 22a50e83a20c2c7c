// Namespaces in which a ResourceQuota counts CPU and memory admit only pods whose every container says all four.
import { beforeAll, expect, test } from '@jest/globals';
import { asList, useOwnApiServer } from './support/ownApiServer.ts';
import { at, find, type Manifest, release, render } from './support/renderChart.ts';

const server = useOwnApiServer();
let manifests: readonly Manifest[];

const hard = { 'requests.cpu': '4', 'requests.memory': '4Gi', 'limits.cpu': '8', 'limits.memory': '8Gi' };
const ofQuota = ['resourcequota', 'plant', '--namespace', release.namespace];

beforeAll(async () => {
  manifests = await render({});
  const metadata = { name: 'plant', namespace: release.namespace };
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } };
  await server().kubectl(['apply', '--filename', '-'], { input: asList([quota]) });
  // What the quota controller of a whole cluster writes.
  const status = JSON.stringify({
    status: { hard, used: Object.fromEntries(Object.keys(hard).map((key) => [key, '0'])) },
  });
  await server().kubectl(['patch', ...ofQuota, '--subresource=status', '--type=merge', '--patch', status]);
}, 60_000);

/** Asks the API server whether it would admit a pod of this kind. */
function admit(spec: unknown): Promise<string> {
  const metadata = { generateName: 'pod-', namespace: release.namespace };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec };
  return server().kubectl(['create', '--dry-run=server', '--filename', '-'], { input: JSON.stringify(pod) });
}

function deployed(component: string): unknown {
  return at(find(manifests, `Deployment/stoker-${component}`), 'spec.template');
}

test.each(['controller', 'injector'])('the pods of the %s are admitted', async (component) => {
  expect(await admit(at(deployed(component), 'spec'))).toContain('created');
});

/** A gateway's pod with the sidecar's resources that the injector is given. */
function injected(resources: unknown): object {
  const own = { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } };
  return {
    initContainers: [{ name: 'stoker-agent', image: 'stoker-agent', restartPolicy: 'Always', resources }],
    containers: [{ name: 'gateway', image: 'ignition', resources: own }],
  };
}

test('a gateway that says what it needs is admitted with its agent, and would not be with one that does not', async () => {
  const args = at(deployed('injector'), 'spec.containers.0.args') as readonly string[];
  const given = args.find((arg) => arg.startsWith('--agent-resources='))?.replace('--agent-resources=', '');
  const resources = JSON.parse(given ?? '{}');
  expect(await admit(injected(resources))).toContain('created');
  const { cpu, ...unlimited } = resources.limits;
  expect(cpu).toBeDefined();
  const refused = admit(injected({ ...resources, limits: unlimited }));
  await expect(refused).rejects.toThrow('must specify limits.cpu for: stoker-agent');
});
