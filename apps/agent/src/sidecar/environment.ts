import { sinkTargets, type SinkTargets } from '@stoker/audit';
import { StokerError } from '@stoker/errors';

/** What the injector writes into the container, checked. */
export interface SidecarEnvironment {
  readonly crName: string;
  readonly namespace: string;
  readonly podName: string;
  readonly podUID: string;
  /** The gateway's data folder, mounted where the gateway has it. */
  readonly dataDirectory: string;
  readonly startPolicy: 'LastKnownGood' | 'RequireSync';
  /** Where audit records go besides standard output. */
  readonly audit: SinkTargets;
}

/** Where the injector's volumes are. */
export interface SidecarPaths {
  readonly credentials: string;
  readonly pod: string;
  readonly cache: string;
  readonly run: string;
}

export const injectedPaths: SidecarPaths = {
  credentials: '/etc/stoker/credentials',
  pod: '/etc/stoker/pod',
  cache: '/var/cache/stoker',
  run: '/run/stoker',
};

/** @throws StokerError `InvalidEnvironment`, which names the variable */
export function readEnvironment(env: NodeJS.ProcessEnv): SidecarEnvironment {
  const dataDirectory = required(env, 'STOKER_CONTAINER_DATA_DIR');
  if (!dataDirectory.startsWith('/')) throw invalid('STOKER_CONTAINER_DATA_DIR', dataDirectory, 'an absolute path');
  const startPolicy = env['STOKER_START_POLICY'] ?? 'LastKnownGood';
  if (startPolicy !== 'LastKnownGood' && startPolicy !== 'RequireSync') {
    throw invalid('STOKER_START_POLICY', startPolicy, 'LastKnownGood or RequireSync');
  }
  return {
    crName: required(env, 'STOKER_CR_NAME'),
    namespace: required(env, 'POD_NAMESPACE'),
    podName: required(env, 'POD_NAME'),
    podUID: required(env, 'POD_UID'),
    dataDirectory,
    startPolicy,
    audit: sinkTargets({
      url: env['STOKER_AUDIT_URL'],
      tokenFile: env['STOKER_AUDIT_TOKEN_FILE'],
      ca: env['STOKER_AUDIT_CA'],
    }),
  };
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw invalid(name, value, 'set');
  return value;
}

function invalid(name: string, found: string | undefined, wanted: string): StokerError {
  return new StokerError(
    `environment variable ${name} is ${found ? JSON.stringify(found) : 'not set'}; it must be ${wanted}`,
    {
      reason: 'InvalidEnvironment',
      class: 'stalled',
      hint: 'the injector sets it; standalone, use `stoker-agent sync` or `stoker-agent watch`',
    },
  );
}
