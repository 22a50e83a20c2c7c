import { parseArgs } from 'node:util';
import { sinkTargets, type SinkTargets } from '@stoker/audit';
import type { StokerSpec } from '@stoker/crd-types';
import { type Address, addressOf, invalidUsage, listOf, oneOf, ownNamespace } from '@stoker/service';
import { repositoryGlob } from './access/remote.ts';
import type { SecretSources } from './receiver/secretFiles.ts';

export const help = `stoker-controller: decides which commit every gateway should be on

Usage: stoker-controller [options]

What it looks after
  --watch-namespaces A,B            only these namespaces (default: all)
  --allowed-repositories GLOB,GLOB  repositories that a Stoker may name, as host/path: github.com/acme/*;
                                    * stays within one part of a path, ** does not (default: any)
  --agent-image IMAGE               image of the agent that pods get whose Stoker names none: those with another one are told
                                    outdated, or upgraded under spec.agent.upgradePolicy InPlace
  --workers N                       Stokers that are worked on at one time (default 4)
  --max-concurrent-syncs N          gateways of all Stokers that may be on their way to a release at one time; the others
                                    wait, whoever waits longest goes first (default: any)
  --max-syncs-per-minute N          gateways of all Stokers that may be given a release within a minute (default: any)

Push events: POST /webhook/{namespace}/{name} and POST /webhook
  --receiver-address HOST:PORT      default :8080, on every address
  --webhook-secret-file FILE        what senders sign with, one secret a line; may be given several times. Read again
                                    when it changes, so that the old and the new secret can stand together. A Stoker
                                    with spec.webhook.secretRef has its own. Without either, events are refused
  --webhook-secret-dir DIR          the same, for a mounted Secret: each of its keys is such a file

Audit records: on standard output, and besides
  --audit-file FILE                 appended to this file, which is this process's alone
  --audit-url URL                   sent to this collector, as NDJSON
  --audit-token-file FILE           with this bearer token, read each time
  --audit-ca-file FILE              whose certificate is of these authorities (PEM), read each time

How it runs
  --leader-elect                    only the replica that holds the lease stoker-controller writes
  --namespace NS                    its own namespace (default: $POD_NAMESPACE)
  --health-address HOST:PORT        /livez, /readyz and /metrics (default :8081)

  --kubeconfig FILE                 default: in-cluster, else $KUBECONFIG
  --log-level error|warn|info|debug
  --version, --help

It exits 0 after SIGTERM, 1 when it cannot go on or has lost its lease, 2 on a wrong option.

Example, outside the cluster against the current kubeconfig:
  stoker-controller --watch-namespaces plant-a --webhook-secret-file ./webhook-secret
`;

export interface Options {
  readonly watchNamespaces: readonly string[];
  readonly allowedRepositories: readonly RegExp[];
  readonly agentImage: string | undefined;
  readonly workers: number;
  /** Over the gateways of all Stokers, besides `spec.limits` of each. */
  readonly limits: NonNullable<StokerSpec['limits']>;
  readonly receiverAddress: Address;
  readonly webhookSecrets: SecretSources;
  readonly audit: SinkTargets;
  readonly leaderElect: boolean;
  readonly namespace: string;
  readonly healthAddress: Address;
  readonly kubeconfig: string | undefined;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
}

const logLevels = ['error', 'warn', 'info', 'debug'] as const;

/**
 * Reads the command line. Answers a word for `--help` and `--version`.
 *
 * @throws StokerError `InvalidUsage` with the option's name
 */
export function parseOptions(argv: readonly string[], env: NodeJS.ProcessEnv): Options | 'help' | 'version' {
  const values = parse(argv);
  if (values.help) return 'help';
  if (values.version) return 'version';
  return {
    watchNamespaces: listOf(values['watch-namespaces']),
    allowedRepositories: listOf(values['allowed-repositories']).map(repositoryGlob),
    agentImage: values['agent-image'],
    workers: count('workers', values.workers ?? '4'),
    limits: limits(values['max-concurrent-syncs'], values['max-syncs-per-minute']),
    receiverAddress: addressOf('receiver-address', values['receiver-address'] ?? ':8080'),
    webhookSecrets: { files: values['webhook-secret-file'] ?? [], directory: values['webhook-secret-dir'] },
    audit: sinkTargets({
      file: values['audit-file'],
      url: values['audit-url'],
      tokenFile: values['audit-token-file'],
      caFile: values['audit-ca-file'],
    }),
    leaderElect: values['leader-elect'] ?? false,
    namespace: values.namespace ?? env['POD_NAMESPACE'] ?? ownNamespace(),
    healthAddress: addressOf('health-address', values['health-address'] ?? ':8081'),
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
        'watch-namespaces': text,
        'allowed-repositories': text,
        'agent-image': text,
        workers: text,
        'max-concurrent-syncs': text,
        'max-syncs-per-minute': text,
        'receiver-address': text,
        'webhook-secret-file': { ...text, multiple: true },
        'webhook-secret-dir': text,
        'audit-file': text,
        'audit-url': text,
        'audit-token-file': text,
        'audit-ca-file': text,
        'leader-elect': flag,
        namespace: text,
        'health-address': text,
        kubeconfig: text,
        'log-level': text,
        version: flag,
        help: { ...flag, short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw invalidUsage(Error.isError(cause) ? cause.message : String(cause), 'see stoker-controller --help');
  }
}

function count(name: string, value: string, digits = 3): number {
  if (/^[1-9]\d*$/.test(value) && value.length <= digits) return Number(value);
  throw invalidUsage(`--${name} is "${value}"`, `write a number from 1 to ${10 ** digits - 1}`);
}

function limits(concurrent: string | undefined, perMinute: string | undefined): Options['limits'] {
  return {
    ...(concurrent === undefined ? {} : { maxConcurrentSyncs: count('max-concurrent-syncs', concurrent, 5) }),
    ...(perMinute === undefined ? {} : { maxSyncsPerMinute: count('max-syncs-per-minute', perMinute, 5) }),
  };
}
