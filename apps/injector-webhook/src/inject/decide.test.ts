import { describe, expect, test } from '@jest/globals';
import { defaults, gatewayPod, namespaceWith } from '../testing/pods.ts';
import { decide, type Verdict } from './decide.ts';
import type { Container, Pod } from './pod.ts';

const plant = namespaceWith(['plant'], ['site']);

function judge(pod: Pod, facts = plant): Verdict {
  return decide(pod, 'plant', facts, defaults);
}

/** What the API server makes of a pod and a patch that only adds. */
function applied(pod: Pod, verdict: Verdict): Pod {
  if (verdict.kind !== 'inject') throw new Error(`not injected: ${JSON.stringify(verdict)}`);
  const result = structuredClone(pod) as unknown;
  for (const { path, value } of verdict.patch) {
    const steps = path
      .slice(1)
      .split('/')
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop() ?? '';
    const parent = steps.reduce((node, step) => (node as Record<string, unknown>)[step], result);
    if (Array.isArray(parent)) parent.push(value);
    else (parent as Record<string, unknown>)[last] = value;
  }
  return result as Pod;
}

function sidecarOf(pod: Pod): Container {
  const container = pod.spec.initContainers?.at(-1);
  if (container?.name !== 'stoker-agent') throw new Error('the last init container is not the sidecar');
  return container;
}

describe('decide', () => {
  test('adds a native sidecar behind the init containers, without a readiness probe', () => {
    const pod = gatewayPod();
    const injected = applied(pod, judge(pod));
    expect(injected.spec.initContainers?.map((container) => container.name)).toEqual(['preconfigure', 'stoker-agent']);
    const sidecar = sidecarOf(injected);
    expect(sidecar).toMatchObject({
      image: 'stoker-agent:1.2.3',
      args: ['sidecar', '--log-level=info'],
      restartPolicy: 'Always',
      startupProbe: { httpGet: { path: '/startupz' } },
    });
    expect(sidecar).not.toHaveProperty('readinessProbe');
    expect(injected.spec.containers).toEqual(pod.spec.containers);
    expect(injected.metadata.labels).toEqual({ app: 'ignition', 'stoker.io/cr': 'plant' });
    expect(injected.metadata.annotations).toMatchObject({ 'stoker.io/injected': 'true' });
  });

  test('every volume that the sidecar mounts exists in the pod', () => {
    const injected = applied(gatewayPod(), judge(gatewayPod()));
    const volumes = injected.spec.volumes?.map((volume) => volume.name);
    for (const mount of sidecarOf(injected).volumeMounts ?? []) expect(volumes).toContain(mount.name);
  });

  test('brings its token itself and treats the credentials as optional', () => {
    const injected = applied(gatewayPod(), judge(gatewayPod()));
    expect(injected.spec.volumes).toContainEqual(
      expect.objectContaining({ name: 'stoker-token', projected: expect.anything() }),
    );
    expect(injected.spec.volumes).toContainEqual({
      name: 'stoker-credentials',
      secret: { secretName: 'stoker-agent-plant', optional: true, defaultMode: 0o444 },
    });
  });

  test('gives the sidecar the log level and the size of the cache that the installation says', () => {
    const pod = gatewayPod();
    const verdict = decide(pod, 'plant', plant, { ...defaults, logLevel: 'debug', cacheSize: '9Gi' });
    const injected = applied(pod, verdict);
    expect(sidecarOf(injected)['args']).toContain('--log-level=debug');
    expect(injected.spec.volumes).toContainEqual({ name: 'stoker-cache', emptyDir: { sizeLimit: '9Gi' } });
  });

  test('tells the sidecar where audit records go, with a token that is good for nothing else', () => {
    const pod = gatewayPod();
    const audit = { url: 'https://collector.example.com/audit', ca: 'PEM' };
    const injected = applied(pod, decide(pod, 'plant', plant, { ...defaults, audit }));
    expect(sidecarOf(injected).env).toEqual(
      expect.arrayContaining([
        { name: 'STOKER_AUDIT_URL', value: audit.url },
        { name: 'STOKER_AUDIT_TOKEN_FILE', value: '/var/run/secrets/kubernetes.io/serviceaccount/audit-token' },
        { name: 'STOKER_AUDIT_CA', value: 'PEM' },
      ]),
    );
    const source = { path: 'audit-token', audience: 'stoker-audit', expirationSeconds: 3607 };
    expect(JSON.stringify(injected.spec.volumes)).toContain(JSON.stringify({ serviceAccountToken: source }));
    expect(JSON.stringify(applied(pod, judge(pod)))).not.toContain('audit');
  });

  test('copies sub-path and nested writable mounts, and no others', () => {
    const data = { name: 'data', mountPath: '/usr/local/bin/ignition/data', subPath: 'gw' };
    const nested = { name: 'projects', mountPath: '/usr/local/bin/ignition/data/projects' };
    const readOnly = {
      name: 'modules',
      mountPath: '/usr/local/bin/ignition/data/modules.json',
      subPath: 'modules.json',
      readOnly: true,
    };
    const elsewhere = { name: 'tmp', mountPath: '/usr/local/bin/ignition/database' };
    const pod = gatewayPod(
      {},
      { containers: [{ name: 'gateway', volumeMounts: [data, nested, readOnly, elsewhere] }] },
    );
    const mounts = sidecarOf(applied(pod, judge(pod))).volumeMounts ?? [];
    expect(mounts.filter((mount) => !mount.name.startsWith('stoker-'))).toEqual([data, nested]);
  });

  test('brings the variables that a sub-path is made of, and no others', () => {
    const line = { name: 'LINE', valueFrom: { fieldRef: { fieldPath: "metadata.labels['line']" } } };
    const folder = { name: 'FOLDER', value: 'gw-$(LINE)' };
    const env = [line, { name: 'GATEWAY_ADMIN_PASSWORD', value: 'secret' }, folder];
    const data = { name: 'data', mountPath: '/usr/local/bin/ignition/data', subPathExpr: 'v1/$(FOLDER)' };
    const pod = gatewayPod({}, { containers: [{ name: 'gateway', env, volumeMounts: [data] }] });
    const sidecar = sidecarOf(applied(pod, judge(pod)));
    expect(sidecar.volumeMounts).toContainEqual(data);
    expect(sidecar.env?.slice(0, 3)).toEqual([line, folder, expect.objectContaining({ name: 'STOKER_CR_NAME' })]);
    expect(sidecar.env?.map(({ name }) => name)).not.toContain('GATEWAY_ADMIN_PASSWORD');
  });

  test.each([
    [
      'the container',
      {
        securityContext: { runAsUser: 1 },
        containers: [
          {
            name: 'gateway',
            securityContext: { runAsUser: 7, runAsGroup: 8 },
            volumeMounts: [{ name: 'data', mountPath: '/d' }],
          },
        ],
      },
      7,
      8,
      true,
    ],
    ['the pod', { securityContext: { runAsUser: 5, runAsGroup: 6 } }, 5, 6, true],
    ['the image', { securityContext: {} }, 2003, 2003, true],
    ['root', { securityContext: { runAsUser: 0, runAsGroup: 0 } }, 0, 0, false],
  ])('runs as the user of %s', (_, change, runAsUser, runAsGroup, runAsNonRoot) => {
    const pod = gatewayPod({}, change);
    expect(sidecarOf(applied(pod, judge(pod)))).toMatchObject({
      securityContext: {
        runAsUser,
        runAsGroup,
        runAsNonRoot,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    });
  });

  test('finds the data folder by path, then by volume name, then by annotation', () => {
    const mounted = (name: string, mountPath: string) => ({
      containers: [{ name: 'gw', volumeMounts: [{ name, mountPath }] }],
    });
    const dataPath = (pod: Pod) => sidecarOf(applied(pod, judge(pod)))['env'];
    expect(dataPath(gatewayPod({}, mounted('x', '/usr/local/bin/ignition/data/')))).toContainEqual({
      name: 'STOKER_CONTAINER_DATA_DIR',
      value: '/usr/local/bin/ignition/data',
    });
    expect(dataPath(gatewayPod({}, mounted('data', '/d')))).toContainEqual({
      name: 'STOKER_CONTAINER_DATA_DIR',
      value: '/d',
    });
    expect(dataPath(gatewayPod({ 'stoker.io/data-volume': 'x' }, mounted('x', '/e')))).toContainEqual({
      name: 'STOKER_CONTAINER_DATA_DIR',
      value: '/e',
    });
  });

  test('works on a pod without a name, labels or init containers', () => {
    const { labels: _, ...metadata } = gatewayPod().metadata;
    const { initContainers: __, ...spec } = gatewayPod().spec;
    const pod: Pod = { metadata: { ...metadata, name: '' }, spec };
    expect(applied(pod, judge(pod)).spec.initContainers).toHaveLength(1);
  });

  test('takes the container that writes the data folder for the gateway, and not one that only reads it', () => {
    const mount = { name: 'data', mountPath: '/usr/local/bin/ignition/data' };
    const reader = { name: 'backup', securityContext: { runAsUser: 99 }, volumeMounts: [{ ...mount, readOnly: true }] };
    const writer = { name: 'ignition', securityContext: { runAsUser: 4711 }, volumeMounts: [mount] };
    const pod = gatewayPod({}, { containers: [reader, writer] });
    expect(sidecarOf(applied(pod, judge(pod)))).toMatchObject({ securityContext: { runAsUser: 4711 } });
  });

  test('leaves alone who does not ask, and who was served before', () => {
    expect(judge(gatewayPod({ 'stoker.io/inject': 'false' }))).toEqual({ kind: 'skip', reason: 'NotRequested' });
    const injected = applied(gatewayPod(), judge(gatewayPod()));
    expect(judge(injected)).toEqual({ kind: 'skip', reason: 'AlreadyInjected' });
  });

  test('gives the same patch for the same pod, byte for byte', () => {
    expect(JSON.stringify(judge(gatewayPod()))).toBe(JSON.stringify(judge(gatewayPod())));
  });

  test('warns about a shared process namespace', () => {
    expect(judge(gatewayPod({}, { shareProcessNamespace: true }))).toMatchObject({
      kind: 'inject',
      warnings: [expect.stringContaining('shareProcessNamespace')],
    });
  });

  const noMount = { containers: [{ name: 'gateway' }], volumes: [{ name: 'left' }, { name: 'right' }] };
  test.each([
    [
      'no Stoker',
      gatewayPod(),
      namespaceWith([], ['site']),
      'StokerNotFound',
      'namespace "plant" has no Stoker; create one before its gateways',
    ],
    [
      'an unknown Stoker',
      gatewayPod({ 'stoker.io/cr-name': 'plnat' }),
      plant,
      'StokerNotFound',
      'no Stoker "plnat" (it has: "plant")',
    ],
    [
      'two Stokers',
      gatewayPod(),
      namespaceWith(['b', 'a'], ['site']),
      'StokerAmbiguous',
      'several Stokers ("a", "b"); set annotation stoker.io/cr-name',
    ],
    [
      'an unknown profile',
      gatewayPod({ 'stoker.io/sync-profile': 'site,aera' }),
      plant,
      'ProfileNotFound',
      'no SyncProfile "aera" (it has: "site")',
    ],
    [
      'several profiles and no default',
      gatewayPod(),
      namespaceWith(['plant'], ['a', 'b']),
      'ProfileNotFound',
      'no SyncProfile "default"',
    ],
    [
      'no data folder',
      gatewayPod({}, noMount),
      plant,
      'DataVolumeNotFound',
      'the pod\'s volumes are: "left", "right"; set annotation stoker.io/data-volume',
    ],
    [
      'a contradicting data volume',
      gatewayPod({ 'stoker.io/data-volume': 'other' }),
      plant,
      'DataVolumeConflict',
      'remove the annotation or set it to "data"',
    ],
    [
      'a data folder that cannot be written',
      gatewayPod(
        {},
        { containers: [{ name: 'gateway', volumeMounts: [{ name: 'data', mountPath: '/d', readOnly: true }] }] },
      ),
      plant,
      'DataVolumeReadOnly',
      'remove readOnly',
    ],
    [
      'a path of a variable that only the gateway has',
      gatewayPod(
        {},
        {
          containers: [
            {
              name: 'gateway',
              envFrom: [{ configMapRef: { name: 'site' } }],
              volumeMounts: [{ name: 'data', mountPath: '/d', subPathExpr: 'v1/$(SITE)' }],
            },
          ],
        },
      ),
      plant,
      'DataVolumeNotFound',
      'name SITE in env',
    ],
    ['a bad gateway name', gatewayPod({ 'stoker.io/gateway-name': 'Line_1' }), plant, 'InvalidAnnotation', 'Line_1'],
    ['a taken name', gatewayPod({}, { containers: [{ name: 'stoker-agent' }] }), plant, 'NameTaken', 'rename it'],
  ])('refuses %s with what to write', (_, pod, facts, reason, message) => {
    expect(judge(pod, facts)).toEqual({
      kind: 'refuse',
      refusal: { reason, message: expect.stringContaining(message) },
    });
  });
});
