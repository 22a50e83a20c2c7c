import { expect } from '@jest/globals';
import { args, argument, digest, type Effect, mounts, something } from './effect.ts';
import { ofAudit } from './effectsOnAudit.ts';
import { ofCertificates } from './effectsOnCertificates.ts';
import { ofComponent } from './effectsOnComponent.ts';
import { ofMonitoring } from './effectsOnMonitoring.ts';
import { appVersion } from './renderChart.ts';

const controller = 'Deployment/stoker-controller';
const injector = 'Deployment/stoker-injector';
const receiver = 'Service/stoker-receiver';
const ingress = 'Ingress/stoker-receiver';
const webhook = 'MutatingWebhookConfiguration/stoker-injector';
const peer = [{ podSelector: { matchLabels: { a: 'b' } } }];
const port = [{ ports: [{ port: 53, protocol: 'UDP' }] }];
const withIngress = { receiver: { ingress: { enabled: true } } };
const withPolicies = { networkPolicy: { enabled: true } };

export const effects: readonly Effect[] = [
  ...[controller, injector].flatMap((workload) => ofComponent(workload.split('-')[1] ?? '', workload)),
  ...[controller, injector].map((workload) => ({
    value: 'image.pullPolicy',
    to: 'Always',
    in: workload,
    at: 'spec.template.spec.containers.0.imagePullPolicy',
    is: 'Always',
  })),
  { value: 'image.pullPolicy', to: 'Always', in: injector, at: args, is: argument('--agent-image-pull-policy=Always') },
  ...[controller, injector].map((workload) => ({
    value: 'image.pullSecrets',
    to: [{ name: 'registry' }],
    in: workload,
    at: 'spec.template.spec.imagePullSecrets',
    is: [{ name: 'registry' }],
  })),
  { value: 'watchNamespaces', to: ['a', 'b'], in: controller, at: args, is: argument('--watch-namespaces=a,b') },
  { value: 'watchNamespaces', to: ['a', 'b'], in: injector, at: args, is: argument('--watch-namespaces=a,b') },
  ...['controller', 'injector'].flatMap((component) => [
    { value: 'watchNamespaces', to: ['a'], in: `Role/stoker-${component}`, at: 'metadata.namespace', is: 'a' },
    { value: 'watchNamespaces', to: ['a'], in: `RoleBinding/stoker-${component}`, at: 'metadata.namespace', is: 'a' },
    { value: 'watchNamespaces', to: ['a'], in: `ClusterRole/stoker-${component}`, is: undefined },
    { value: 'watchNamespaces', to: ['a'], in: `ClusterRoleBinding/stoker-${component}`, is: undefined },
  ]),
  {
    value: 'watchNamespaces',
    to: ['a'],
    in: webhook,
    at: 'webhooks.0.namespaceSelector.matchExpressions.1',
    is: { key: 'kubernetes.io/metadata.name', operator: 'In', values: ['a'] },
  },
  {
    value: 'watchNamespaces',
    to: ['a'],
    in: 'PodMonitor/stoker-agents',
    at: 'spec.namespaceSelector',
    is: { matchNames: ['a'] },
    with: { metrics: { podMonitor: { enabled: true } } },
  },
  ...['stokers', 'syncprofiles'].map((plural) => ({
    value: 'crds.install',
    to: false,
    in: `CustomResourceDefinition/${plural}.stoker.io`,
    is: undefined,
    with: { crds: { install: true } },
  })),
  { value: 'controller.workers', to: 9, in: controller, at: args, is: argument('--workers=9') },
  {
    value: 'controller.maxConcurrentSyncs',
    to: 50,
    in: controller,
    at: args,
    is: argument('--max-concurrent-syncs=50'),
  },
  {
    value: 'controller.maxSyncsPerMinute',
    to: 3000,
    in: controller,
    at: args,
    is: argument('--max-syncs-per-minute=3000'),
  },
  {
    value: 'controller.allowedRepositories',
    to: ['a/*', 'b/**'],
    in: controller,
    at: args,
    is: argument('--allowed-repositories=a/*,b/**'),
  },
  {
    value: 'receiver.existingSecret',
    to: 'push',
    in: controller,
    at: args,
    is: argument('--webhook-secret-dir=/etc/stoker/receiver'),
  },
  {
    value: 'receiver.existingSecret',
    to: 'push',
    in: controller,
    at: 'spec.template.spec.volumes.1',
    is: { name: 'receiver', secret: { secretName: 'push' } },
  },
  {
    value: 'receiver.existingSecret',
    to: 'push',
    in: controller,
    at: mounts,
    is: expect.arrayContaining([{ name: 'receiver', mountPath: '/etc/stoker/receiver', readOnly: true }]),
  },
  { value: 'receiver.service.type', to: 'LoadBalancer', in: receiver, at: 'spec.type', is: 'LoadBalancer' },
  { value: 'receiver.service.port', to: 8088, in: receiver, at: 'spec.ports.0.port', is: 8088 },
  { value: 'receiver.service.annotations', to: { a: 'b' }, in: receiver, at: 'metadata.annotations', is: { a: 'b' } },
  { value: 'receiver.ingress.enabled', to: true, in: ingress, is: something },
  {
    value: 'receiver.ingress.className',
    to: 'nginx',
    in: ingress,
    at: 'spec.ingressClassName',
    is: 'nginx',
    with: withIngress,
  },
  {
    value: 'receiver.ingress.annotations',
    to: { a: 'b' },
    in: ingress,
    at: 'metadata.annotations',
    is: { a: 'b' },
    with: withIngress,
  },
  {
    value: 'receiver.ingress.hosts',
    to: ['a.example.com', 'b.example.com'],
    in: ingress,
    at: 'spec.rules',
    is: [expect.objectContaining({ host: 'a.example.com' }), expect.objectContaining({ host: 'b.example.com' })],
    with: withIngress,
  },
  {
    value: 'receiver.ingress.tlsSecret',
    to: 'tls',
    in: ingress,
    at: 'spec.tls',
    is: [{ secretName: 'tls', hosts: ['a'] }],
    with: { receiver: { ingress: { enabled: true, hosts: ['a'] } } },
  },
  { value: 'injector.onUnresolvable', to: 'admit', in: injector, at: args, is: argument('--on-unresolvable=admit') },
  { value: 'injector.failurePolicy', to: 'Fail', in: webhook, at: 'webhooks.0.failurePolicy', is: 'Fail' },
  { value: 'injector.timeoutSeconds', to: 3, in: webhook, at: 'webhooks.0.timeoutSeconds', is: 3 },
  ...ofCertificates(injector, webhook),
  // What the one puts into pods, the other compares with what runs in them.
  ...[controller, injector].flatMap((workload) => [
    {
      value: 'agent.image.repository',
      to: 'r/a',
      in: workload,
      at: args,
      is: argument(`--agent-image=r/a:${appVersion}`),
    },
    { value: 'agent.image.tag', to: 'v9', in: workload, at: args, is: argument('--agent-image=stoker-agent:v9') },
    {
      value: 'agent.image.digest',
      to: digest,
      in: workload,
      at: args,
      is: argument(`--agent-image=stoker-agent@${digest}`),
    },
  ]),
  { value: 'agent.logLevel', to: 'debug', in: injector, at: args, is: argument('--agent-log-level=debug') },
  { value: 'agent.cacheSize', to: '9Gi', in: injector, at: args, is: argument('--agent-cache-size=9Gi') },
  {
    value: 'agent.resources',
    to: { limits: { memory: '1Gi' } },
    in: injector,
    at: args,
    is: argument('--agent-resources={"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"50m","memory":"96Mi"}}'),
  },
  ...ofAudit([controller, injector], injector),
  ...['controller', 'injector'].map((component) => ({
    value: 'networkPolicy.enabled',
    to: true,
    in: `NetworkPolicy/stoker-${component}`,
    is: something,
  })),
  {
    value: 'networkPolicy.receiverFrom',
    to: peer,
    in: 'NetworkPolicy/stoker-controller',
    at: 'spec.ingress.0',
    is: { ports: [{ port: 'receiver', protocol: 'TCP' }], from: peer },
    with: withPolicies,
  },
  ...['controller', 'injector'].map((component) => ({
    value: 'networkPolicy.metricsFrom',
    to: peer,
    in: `NetworkPolicy/stoker-${component}`,
    at: 'spec.ingress.1',
    is: { ports: [{ port: 'health', protocol: 'TCP' }], from: peer },
    with: withPolicies,
  })),
  ...['controller', 'injector'].map((component) => ({
    value: `networkPolicy.${component}Egress`,
    to: port,
    in: `NetworkPolicy/stoker-${component}`,
    at: 'spec',
    is: expect.objectContaining({ policyTypes: ['Ingress', 'Egress'], egress: port }),
    with: withPolicies,
  })),
  ...ofMonitoring('serviceMonitor', 'ServiceMonitor/stoker', 'spec.endpoints.0.interval'),
  {
    value: 'metrics.serviceMonitor.enabled',
    to: true,
    in: 'Service/stoker-metrics',
    at: 'spec.ports',
    is: [{ name: 'metrics', port: 8081, targetPort: 'health' }],
  },
  ...ofMonitoring('podMonitor', 'PodMonitor/stoker-agents', 'spec.podMetricsEndpoints.0.interval'),
  ...ofMonitoring('prometheusRule', 'PrometheusRule/stoker'),
  ...['fleet', 'gateway'].flatMap((name) => [
    ...ofMonitoring('dashboards', `ConfigMap/stoker-dashboard-${name}`),
    {
      value: 'metrics.dashboards.annotations',
      to: { folder: 'Plant' },
      in: `ConfigMap/stoker-dashboard-${name}`,
      at: 'metadata.annotations',
      is: { folder: 'Plant' },
      with: { metrics: { dashboards: { enabled: true } } },
    },
  ]),
  {
    value: 'extraObjects',
    to: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{{ .Release.Name }}-mine' } }],
    in: 'ConfigMap/stoker-mine',
    is: something,
  },
  {
    value: 'extraObjects',
    to: ['apiVersion: v1\nkind: ConfigMap\nmetadata: { name: "{{ .Release.Namespace }}" }'],
    in: 'ConfigMap/stoker-system',
    is: something,
  },
];
