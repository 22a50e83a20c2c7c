import { gatewayApiToken } from './gatewayConfig.ts';
import { plantGateways, type PlantGateway } from './plantGateways.ts';

const apiVersion = 'stoker.io/v1alpha1';
const gitTokenSecret = 'git-token';
const gatewayTokenSecret = 'gateway-api-token';

export interface StokerOptions {
  readonly name: string;
  readonly namespace: string;
  /** URL of the repository as the cluster sees it. */
  readonly repository: string;
  readonly ref: string;
}

/** The `Stoker` over the repository; it needs `plantSecrets`. */
export function stokerResource({ name, namespace, repository, ref }: StokerOptions): object {
  return {
    apiVersion,
    kind: 'Stoker',
    metadata: { name, namespace },
    spec: {
      git: { repo: repository, ref, auth: { token: { secretRef: { name: gitTokenSecret, key: 'token' } } } },
      gateway: { port: 8043, tls: true, apiKeySecretRef: { name: gatewayTokenSecret, key: 'token' } },
    },
  };
}

/** The Secrets that `stokerResource` names: the way into the git server and into the gateways. */
export function plantSecrets(namespace: string, gitToken: string): object[] {
  return Object.entries({ [gitTokenSecret]: gitToken, [gatewayTokenSecret]: gatewayApiToken }).map(([name, token]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    stringData: { token },
  }));
}

/** One `SyncProfile` a gateway. They differ in their variables, their project and their deployment mode. */
export function syncProfileResources(namespace: string): object[] {
  return plantGateways.map((gateway) => ({
    apiVersion,
    kind: 'SyncProfile',
    metadata: { name: gateway.profile, namespace },
    spec: profileSpec(gateway),
  }));
}

function profileSpec({ area, project, mode }: PlantGateway): object {
  const core = 'config/resources/core';
  return {
    mappings: [
      { source: 'projects/plant-base', destination: 'projects/plant-base', required: true },
      { source: `projects/${project}`, destination: `projects/${project}`, required: true },
      { source: 'config/shared', destination: core, required: true },
      { source: 'config/{{.Vars.area}}', destination: core },
      {
        source: 'gateways/{{.GatewayName}}/system-properties',
        destination: `${core}/ignition/system-properties`,
        required: true,
      },
      { source: 'tags/{{.Vars.area}}', destination: `${core}/ignition/tag-definition/{{.Vars.area}}` },
      { source: 'gateways/logback.xml', destination: 'logback.xml', type: 'file' },
    ],
    deploymentMode: { name: mode, source: `modes/${mode}` },
    vars: { area },
  };
}
