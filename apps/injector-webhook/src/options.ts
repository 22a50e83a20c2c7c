import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { sinkTargets, type SinkTargets } from '@stoker/audit';
import type { LogLevel } from '@stoker/logging';
import { type Address, addressOf, invalidUsage, listOf, oneOf, ownNamespace } from '@stoker/service';
import type { OnUnresolvable } from './admission/review.ts';
import type { AgentDefaults } from './inject/sidecar.ts';

export const help = `stoker-injector: puts the Stoker agent into pods annotated with stoker.io/inject: "true"

Usage: stoker-injector --agent-image IMAGE (--tls-dir DIR | --self-managed-tls NAME) [options]

What it injects
  --agent-image IMAGE             image of the sidecar, unless the Stoker names its own (required)
  --agent-image-pull-policy P     Always, IfNotPresent or Never
  --agent-resources JSON          resources of the sidecar (default: 50m / 96Mi requested, 256Mi limit)
  --agent-log-level LEVEL         how much the sidecar logs: error, warn, info (default) or debug
  --agent-cache-size QUANTITY     most that the sidecar keeps of the repository on the node (default 2Gi)
  --agent-audit-url URL           where sidecars send audit records, with a token of their pod's service account for
                                  the audience stoker-audit
  --agent-audit-ca-file FILE      authorities (PEM) of its certificate; read at start
  --on-unresolvable deny|admit    a pod that cannot have the agent (its Stoker or SyncProfile is missing, a name or
                                  a volume does not fit) is refused (default), or starts without it, with a warning
  --watch-namespaces A,B          only these namespaces (default: all)

Audit records: on standard output, and besides
  --audit-file FILE               appended to this file, which is this process's alone
  --audit-url URL                 sent to this collector, as NDJSON
  --audit-token-file FILE         with this bearer token, read each time
  --audit-ca-file FILE            whose certificate is of these authorities (PEM), read each time

How it is reached
  --address HOST:PORT             HTTPS, POST /mutate (default :9443, on every address)
  --health-address HOST:PORT      /livez, /readyz and /metrics (default :8081)
  --tls-dir DIR                   serve with tls.crt and tls.key of DIR, as cert-manager writes them;
                                  a changed pair is taken over without dropping a request
  --self-managed-tls NAME         keep a certificate of its own in Secret NAME, renew it, and put it into the
                                  caBundle of the MutatingWebhookConfiguration NAME
  --service NAME                  the Service in front of it; the certificate is made for it (default stoker-injector)
  --namespace NS                  its own namespace (default: $POD_NAMESPACE)

  --kubeconfig FILE               default: in-cluster, else $KUBECONFIG
  --log-level error|warn|info|debug
  --version, --help

Example, outside the cluster against the current kubeconfig:
  stoker-injector --agent-image stoker-agent:dev --tls-dir ./tls --address 127.0.0.1:9443
`;

export interface Options {
  readonly defaults: AgentDefaults;
  readonly audit: SinkTargets;
  readonly onUnresolvable: OnUnresolvable;
  readonly watchNamespaces: readonly string[];
  readonly address: Address;
  readonly healthAddress: Address;
  readonly tls:
    | { readonly kind: 'files'; readonly directory: string }
    | { readonly kind: 'selfManaged'; readonly name: string };
  readonly service: string;
  readonly namespace: string;
  readonly kubeconfig: string | undefined;
  readonly logLevel: LogLevel;
}

const defaultResources = { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '256Mi' } };
const logLevels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** Reads the command line. Throws `InvalidUsage` with the option's name; answers a word for `--help` and `--version`. */
export function parseOptions(argv: readonly string[], env: NodeJS.ProcessEnv): Options | 'help' | 'version' {
  const values = parse(argv);
  if (values.help) return 'help';
  if (values.version) return 'version';
  if (!values['agent-image']) throw invalidUsage('--agent-image is missing', 'name the image of the sidecar');
  return {
    defaults: {
      image: values['agent-image'],
      imagePullPolicy: oneOf('agent-image-pull-policy', values['agent-image-pull-policy'], [
        'Always',
        'IfNotPresent',
        'Never',
      ]),
      resources: jsonObject('agent-resources', values['agent-resources']) ?? defaultResources,
      logLevel: oneOf('agent-log-level', values['agent-log-level'], logLevels) ?? 'info',
      cacheSize: quantity('agent-cache-size', values['agent-cache-size'] ?? '2Gi'),
      audit: agentAudit(values['agent-audit-url'], values['agent-audit-ca-file']),
    },
    audit: sinkTargets({
      file: values['audit-file'],
      url: values['audit-url'],
      tokenFile: values['audit-token-file'],
      caFile: values['audit-ca-file'],
    }),
    onUnresolvable: oneOf('on-unresolvable', values['on-unresolvable'], ['deny', 'admit']) ?? 'deny',
    watchNamespaces: listOf(values['watch-namespaces']),
    address: addressOf('address', values.address ?? ':9443'),
    healthAddress: addressOf('health-address', values['health-address'] ?? ':8081'),
    tls: tlsFrom(values['tls-dir'], values['self-managed-tls']),
    service: values.service ?? 'stoker-injector',
    namespace: values.namespace ?? env['POD_NAMESPACE'] ?? ownNamespace(),
    kubeconfig: values.kubeconfig,
    logLevel: oneOf('log-level', values['log-level'], logLevels) ?? 'info',
  };
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        'agent-image': text,
        'agent-image-pull-policy': text,
        'agent-resources': text,
        'agent-log-level': text,
        'agent-cache-size': text,
        'agent-audit-url': text,
        'agent-audit-ca-file': text,
        'audit-file': text,
        'audit-url': text,
        'audit-token-file': text,
        'audit-ca-file': text,
        'on-unresolvable': text,
        'watch-namespaces': text,
        address: text,
        'health-address': text,
        'tls-dir': text,
        'self-managed-tls': text,
        service: text,
        namespace: text,
        kubeconfig: text,
        'log-level': text,
        version: flag,
        help: { ...flag, short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw invalidUsage(Error.isError(cause) ? cause.message : String(cause), 'see stoker-injector --help');
  }
}

function agentAudit(url: string | undefined, caFile: string | undefined): AgentDefaults['audit'] {
  const { http } = sinkTargets({ url });
  if (http === undefined) return undefined;
  return { url: http.url.href, ca: caFile === undefined ? undefined : readPem('agent-audit-ca-file', caFile) };
}

function readPem(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw invalidUsage(
      `--${name}: ${Error.isError(cause) ? cause.message : String(cause)}`,
      'name a file that is there',
    );
  }
}

function tlsFrom(directory: string | undefined, name: string | undefined): Options['tls'] {
  if (directory !== undefined && name === undefined) return { kind: 'files', directory };
  if (name !== undefined && directory === undefined) return { kind: 'selfManaged', name };
  throw invalidUsage(
    'exactly one of --tls-dir and --self-managed-tls is needed',
    'choose where the certificate comes from',
  );
}

function jsonObject(name: string, value: string | undefined): object | undefined {
  if (value === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch (cause) {
    throw invalidUsage(
      `--${name} is not JSON: ${Error.isError(cause) ? cause.message : String(cause)}`,
      'write it as {"requests":{…},"limits":{…}}',
    );
  }
  throw invalidUsage(`--${name} is not a JSON object`, 'write it as {"requests":{…},"limits":{…}}');
}

/** A whole number of bytes with a suffix of Kubernetes, as anybody writes a size: 500Mi, 2Gi. */
function quantity(name: string, value: string): string {
  if (/^[1-9]\d*(?:[kMGTPE]|[KMGTPE]i)?$/.test(value)) return value;
  throw invalidUsage(`--${name} is "${value}"`, 'write a size as Kubernetes does, for example 2Gi');
}
