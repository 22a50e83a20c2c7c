import { parseStoker, parseSyncProfile, type Stoker, type SyncProfile } from '@stoker/crd-types';
import type { NamespaceFacts } from '../inject/chooseResources.ts';
import type { Pod } from '../inject/pod.ts';
import type { AgentDefaults } from '../inject/sidecar.ts';

export const defaults: AgentDefaults = {
  image: 'stoker-agent:1.2.3',
  imagePullPolicy: 'IfNotPresent',
  resources: { limits: { memory: '256Mi' } },
  logLevel: 'info',
  cacheSize: '2Gi',
};

/** A pod as the vendor's Helm chart makes it, with these annotations. */
export function gatewayPod(annotations: Record<string, string> = {}, change: Partial<Pod['spec']> = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'site-gateway-0',
      labels: { app: 'ignition' },
      annotations: { 'stoker.io/inject': 'true', ...annotations },
    },
    spec: {
      securityContext: { runAsUser: 2003, runAsGroup: 2003 },
      initContainers: [
        { name: 'preconfigure', image: 'ignition:8.3', volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      ],
      containers: [
        {
          name: 'gateway',
          image: 'ignition:8.3',
          volumeMounts: [{ name: 'data', mountPath: '/usr/local/bin/ignition/data' }],
        },
      ],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-site-gateway-0' } }],
      ...change,
    },
  };
}

export function namespaceWith(stokerNames: readonly string[], profileNames: readonly string[]): NamespaceFacts {
  return { stokers: stokerNames.map(stoker), profiles: profileNames.map(profile) };
}

function stoker(name: string): Stoker {
  return parseStoker({
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'Stoker',
    metadata: { name, namespace: 'plant' },
    spec: { git: { repo: 'https://git.example.com/plant.git', ref: 'main' } },
  });
}

function profile(name: string): SyncProfile {
  return parseSyncProfile({
    apiVersion: 'stoker.io/v1alpha1',
    kind: 'SyncProfile',
    metadata: { name, namespace: 'plant' },
    spec: { mappings: [{ source: 'projects', destination: 'projects' }] },
  });
}
