import type { Values } from './renderChart.ts';

const spread = { topologyKey: 'kubernetes.io/hostname', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' };
const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const scheduled = {
  replicas: 3,
  priorityClassName: 'system-cluster-critical',
  maxUnavailable: '50%',
  topologySpreadConstraints: [spread],
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'plant', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] }] }],
      },
    },
  },
  podAnnotations: { 'example.com/team': 'plant' },
  podLabels: { team: 'plant' },
};
const from = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }];
const egress = [{ to: [{ ipBlock: { cidr: '10.0.0.1/32' } }], ports: [{ port: 6443, protocol: 'TCP' }] }];

/** Installations that differ as much as they can, by what they are. */
export const valueSets: Readonly<Record<string, Values>> = {
  'the defaults': {},
  'everything at once': {
    image: { pullPolicy: 'Always', pullSecrets: [{ name: 'registry' }] },
    controller: {
      ...scheduled,
      image: { repository: 'registry.example.com/stoker-controller', digest },
      allowedRepositories: ['git.example.com/plant/**', 'github.com/acme/*'],
    },
    injector: { ...scheduled, image: { tag: 'v9' }, failurePolicy: 'Fail', onUnresolvable: 'admit' },
    agent: { image: { digest }, logLevel: 'debug', cacheSize: '500Mi' },
    receiver: {
      existingSecret: 'push',
      service: { type: 'LoadBalancer', annotations: { 'example.com/scheme': 'internal' } },
      ingress: {
        enabled: true,
        className: 'nginx',
        annotations: { 'cert-manager.io/cluster-issuer': 'plant' },
        hosts: ['stoker.example.com', 'push.example.com'],
        tlsSecret: 'push-tls',
      },
    },
    audit: {
      url: 'https://collector.example.com/audit',
      existingSecret: 'audit',
      caKey: 'ca.crt',
      agents: true,
      fileVolume: { persistentVolumeClaim: { claimName: 'audit' } },
    },
    networkPolicy: {
      enabled: true,
      receiverFrom: from,
      metricsFrom: from,
      controllerEgress: egress,
      injectorEgress: egress,
    },
    metrics: {
      serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
      podMonitor: { enabled: true, labels: { release: 'prometheus' } },
      prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
      dashboards: { enabled: true, annotations: { folder: 'Plant' } },
    },
    extraObjects: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: '{{ .Release.Name }}-mine' } }],
  },
  'some namespaces, and certificates of cert-manager': {
    watchNamespaces: ['plant-a', 'plant-b'],
    injector: { tls: { source: 'certManager' } },
    metrics: { podMonitor: { enabled: true } },
  },
  "certificates of cert-manager's own issuer": {
    injector: { tls: { source: 'certManager', certManager: { issuerRef: { name: 'plant', kind: 'ClusterIssuer' } } } },
  },
  'some namespaces, and the smallest of all': {
    crds: { install: false },
    watchNamespaces: ['plant-a'],
    controller: { replicas: 0 },
    injector: { replicas: 1, topologySpreadConstraints: [] },
    receiver: { ingress: { enabled: true } },
    networkPolicy: { enabled: true },
  },
};
