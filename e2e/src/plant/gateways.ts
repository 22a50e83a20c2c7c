import { imagePullPolicy } from '../cluster/chooseCluster.ts';
import { imageReference } from '../cluster/images/definitions.ts';

/** A gateway to create: a StatefulSet as the vendor's chart makes it, with the simulated gateway for an image. */
export interface GatewaySpec {
  /** Also the gateway's name and that of its StatefulSet and Service. */
  readonly name: string;
  /** Without one it does not ask for the agent: a gateway from before Stoker. */
  readonly profile?: string;
  /** Default `default`. */
  readonly serviceAccount?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** `-Dignition.config.mode`, the deployment mode it starts in. */
  readonly mode?: string;
  /** `name:key` of an API token that it knows from the start. */
  readonly apiToken?: string;
  /** Its folder outlives its pods. Without it the volume is an emptyDir: a new pod begins with an empty folder. */
  readonly keepsFolder?: boolean;
  /** Its folder is on this claim, whosever that is. */
  readonly claim?: string;
}

const dataPath = '/usr/local/bin/ignition/data';
const ports = { http: 8088, https: 8043 };
const user = 2003;
const dataClaim = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};

/** StatefulSet and Service of a gateway. */
export function gatewayManifests(gateway: GatewaySpec, namespace: string): object[] {
  const labels = { app: 'ignition', gateway: gateway.name, ...gateway.labels };
  const selector = { gateway: gateway.name };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: gateway.name, namespace, labels },
      spec: {
        replicas: 1,
        serviceName: gateway.name,
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels,
            annotations: { ...asking(gateway), ...gateway.annotations },
          },
          spec: {
            terminationGracePeriodSeconds: 5,
            ...(gateway.serviceAccount === undefined ? {} : { serviceAccountName: gateway.serviceAccount }),
            securityContext: {
              runAsNonRoot: true,
              runAsUser: user,
              runAsGroup: user,
              fsGroup: user,
              seccompProfile: { type: 'RuntimeDefault' },
            },
            containers: [
              {
                name: 'gateway',
                image: imageReference('stoker-gateway-sim'),
                imagePullPolicy: imagePullPolicy(),
                args: [
                  `--data-dir=${dataPath}`,
                  `--http-port=${ports.http}`,
                  `--https-port=${ports.https}`,
                  ...(gateway.mode ? [`--mode=${gateway.mode}`] : []),
                  ...(gateway.apiToken ? [`--api-token=${gateway.apiToken}`] : []),
                ],
                ports: Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort })),
                readinessProbe: { httpGet: { path: '/StatusPing', port: ports.http }, periodSeconds: 1 },
                securityContext: {
                  allowPrivilegeEscalation: false,
                  readOnlyRootFilesystem: true,
                  capabilities: { drop: ['ALL'] },
                },
                resources: { requests: { cpu: '20m', memory: '64Mi' } },
                volumeMounts: [
                  { name: 'data', mountPath: dataPath },
                  { name: 'tmp', mountPath: '/tmp' },
                ],
              },
            ],
            volumes: [...dataVolume(gateway), { name: 'tmp', emptyDir: {} }],
          },
        },
        ...(gateway.keepsFolder ? { volumeClaimTemplates: [dataClaim] } : {}),
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: gateway.name, namespace },
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: ports.http }] },
    },
  ];
}

function dataVolume({ keepsFolder, claim }: GatewaySpec): object[] {
  if (claim !== undefined) return [{ name: 'data', persistentVolumeClaim: { claimName: claim } }];
  return keepsFolder ? [] : [{ name: 'data', emptyDir: {} }];
}

function asking({ name, profile }: GatewaySpec): object {
  if (profile === undefined) return {};
  return { 'stoker.io/inject': 'true', 'stoker.io/gateway-name': name, 'stoker.io/sync-profile': profile };
}
