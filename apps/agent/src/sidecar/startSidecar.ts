import { mkdir } from 'node:fs/promises';
import { openAudit } from '@stoker/audit';
import { gatewayNameOf } from '@stoker/crd-types';
import { loadKubeConfig, openClient } from '@stoker/kube';
import { createLogger, type LogLevel } from '@stoker/logging';
import { createSyncWorker } from '../worker/syncWorkerClient.ts';
import { version } from '../version.ts';
import { exitCodes } from '../cli/exitCode.ts';
import type { Invocation } from '../cli/parseArguments.ts';
import { injectedPaths, readEnvironment, type SidecarPaths } from './environment.ts';
import { openGatewayScans } from './gatewayScans.ts';
import { readPodFile } from './podFiles.ts';
import { createRecentRedactor } from './recentSecrets.ts';
import { runSidecar } from './runSidecar.ts';
import { sessionWaitMs } from './verify/decideSessions.ts';

export interface SidecarSetup {
  readonly paths: SidecarPaths;
  /** 0 for any. */
  readonly healthPort: number;
  /** `cluster` refuses local and loopback repositories: authors of CRs choose URLs. */
  readonly repositoryScope: 'cluster' | 'standalone';
  readonly logLevel: LogLevel;
  /** How long a release waits for Designers to be closed, where its profile says so. */
  readonly sessionWaitMs: number;
  /** Module of the sync thread. */
  readonly workerScript: URL;
}

const healthPort = 9808;
/** For the last audit records, when the process ends. */
const lastRecordsMs = 2_000;
const logLevels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** The `sidecar` command, where the injector has put it. Resolves to the exit code. */
export async function runInPod(
  { values }: Invocation,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
  workerScript: URL,
): Promise<number> {
  const logLevel = logLevels.find((level) => level === values['log-level']) ?? 'info';
  await startSidecar(
    { paths: injectedPaths, healthPort, repositoryScope: 'cluster', logLevel, sessionWaitMs, workerScript },
    env,
    stop,
  );
  return exitCodes.done;
}

/**
 * Puts the sidecar together from what the injector has given it and runs it until `stop`: once for each name that the
 * gateway is given, since its documents are others then.
 * @throws StokerError `InvalidEnvironment`, `InvalidGatewayName`
 */
export async function startSidecar(setup: SidecarSetup, env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<void> {
  const environment = readEnvironment(env);
  const { crName, namespace, podName } = environment;
  const redactor = createRecentRedactor();
  const logger = createLogger({ app: 'agent', level: setup.logLevel, redactor });
  const audit = openAudit({ app: 'agent', log: logger, redactor, ...environment.audit });
  const client = openClient(loadKubeConfig(), { userAgent: `stoker-agent/${version}` });
  await mkdir(setup.paths.run, { recursive: true });
  try {
    do {
      const gatewayName = gatewayNameOf({ podName, annotations: await readPodFile(setup.paths.pod, 'annotations') });
      const log = logger.with({ stoker: `${namespace}/${crName}`, gateway: gatewayName, pod: podName });
      const worker = createSyncWorker(setup.workerScript);
      const given = { environment, gatewayName, client, worker, openGateway: openGatewayScans, redactor, audit, log };
      await runSidecar({ ...setup, ...given, agentVersion: version }, stop);
    } while (!stop.aborted);
  } finally {
    await audit.close(lastRecordsMs);
  }
}
