import { agentSecretName, type Stoker } from '@stoker/crd-types';
import type { LogLevel } from '@stoker/logging';
import type { DataMounts } from './dataMounts.ts';
import type { Container, Pod, Volume } from './pod.ts';

export const sidecarName = 'stoker-agent';
/** Serves `/startupz`, `/livez` and `/metrics`; clear of the gateway's 8088, 8043 and 8060. */
const healthPort = 9808;
/** The vendor's image runs as this uid and gid; a file of another owner stops Ignition. */
const ignitionId = 2003;
/** One probe a second for a day: a gateway with an empty folder waits for its first sync, however long git is down. */
const startupProbeFailures = 86_400;

/** What an agent shows the collector of audit records: good for that alone, and of no use against the API server. */
const auditToken = { path: 'audit-token', audience: 'stoker-audit' } as const;

/** Where the agent expects what. A contract with `apps/agent`. */
const paths = {
  token: '/var/run/secrets/kubernetes.io/serviceaccount',
  credentials: '/etc/stoker/credentials',
  pod: '/etc/stoker/pod',
  cache: '/var/cache/stoker',
  run: '/run/stoker',
} as const;

export interface AgentDefaults {
  readonly image: string;
  readonly imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never' | undefined;
  /** `resources` of a container. */
  readonly resources: object;
  readonly logLevel: LogLevel;
  /** Of the volume that holds the clone: a quantity of Kubernetes. */
  readonly cacheSize: string;
  /** Where it sends audit records besides its log. */
  readonly audit?: { readonly url: string; readonly ca: string | undefined } | undefined;
}

/** The native sidecar that keeps the gateway's folder equal to git. */
export function sidecarContainer(pod: Pod, stoker: Stoker, data: DataMounts, defaults: AgentDefaults): Container {
  const identity = data.gateway.securityContext;
  const uid = identity?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? ignitionId;
  const gid = identity?.runAsGroup ?? pod.spec.securityContext?.runAsGroup ?? ignitionId;
  const field = (name: string, fieldPath: string) => ({
    name,
    valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } },
  });
  return {
    name: sidecarName,
    image: stoker.spec.agent?.image ?? defaults.image,
    ...(defaults.imagePullPolicy === undefined ? {} : { imagePullPolicy: defaults.imagePullPolicy }),
    args: ['sidecar', `--log-level=${defaults.logLevel}`],
    restartPolicy: 'Always',
    env: [
      // First, so that a variable of the same name below counts for the agent.
      ...data.env,
      { name: 'STOKER_CR_NAME', value: stoker.metadata.name },
      { name: 'STOKER_CONTAINER_DATA_DIR', value: data.dataPath },
      { name: 'STOKER_START_POLICY', value: stoker.spec.agent?.startPolicy ?? 'LastKnownGood' },
      ...auditEnvironment(defaults),
      field('POD_NAME', 'metadata.name'),
      field('POD_NAMESPACE', 'metadata.namespace'),
      field('POD_UID', 'metadata.uid'),
    ],
    ports: [{ name: 'stoker-health', containerPort: healthPort, protocol: 'TCP' }],
    startupProbe: {
      httpGet: { path: '/startupz', port: healthPort },
      periodSeconds: 1,
      timeoutSeconds: 5,
      failureThreshold: startupProbeFailures,
    },
    livenessProbe: {
      httpGet: { path: '/livez', port: healthPort },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    resources: stoker.spec.agent?.resources ?? defaults.resources,
    securityContext: {
      runAsUser: uid,
      runAsGroup: gid,
      runAsNonRoot: uid !== 0,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
      seccompProfile: { type: 'RuntimeDefault' },
    },
    volumeMounts: [
      ...data.mounts,
      { name: 'stoker-token', mountPath: paths.token, readOnly: true },
      { name: 'stoker-credentials', mountPath: paths.credentials, readOnly: true },
      { name: 'stoker-pod', mountPath: paths.pod, readOnly: true },
      { name: 'stoker-cache', mountPath: paths.cache },
      { name: 'stoker-run', mountPath: paths.run },
    ],
  };
}

function auditEnvironment({ audit }: AgentDefaults) {
  if (audit === undefined) return [];
  return [
    { name: 'STOKER_AUDIT_URL', value: audit.url },
    { name: 'STOKER_AUDIT_TOKEN_FILE', value: `${paths.token}/${auditToken.path}` },
    ...(audit.ca === undefined ? [] : [{ name: 'STOKER_AUDIT_CA', value: audit.ca }]),
  ];
}

/**
 * The volumes the sidecar brings. The token is explicit because a pod with `automountServiceAccountToken: false` has
 * none; the credentials are optional so that a pod starts before the controller has written them.
 */
export function sidecarVolumes(stoker: Stoker, { cacheSize, audit }: AgentDefaults): readonly Volume[] {
  const podField = (path: string) => ({ path, fieldRef: { apiVersion: 'v1', fieldPath: `metadata.${path}` } });
  return [
    {
      name: 'stoker-token',
      projected: {
        defaultMode: 0o444,
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
          ...(audit === undefined ? [] : [{ serviceAccountToken: { ...auditToken, expirationSeconds: 3607 } }]),
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
          { downwardAPI: { items: [podField('namespace')] } },
        ],
      },
    },
    {
      name: 'stoker-credentials',
      secret: { secretName: agentSecretName(stoker.metadata.name), optional: true, defaultMode: 0o444 },
    },
    { name: 'stoker-pod', downwardAPI: { defaultMode: 0o444, items: [podField('labels'), podField('annotations')] } },
    { name: 'stoker-cache', emptyDir: { sizeLimit: cacheSize } },
    { name: 'stoker-run', emptyDir: { sizeLimit: '1Mi' } },
  ];
}
