import { mkdir } from 'node:fs/promises';
import { gatewayNameOf } from '@stoker/crd-types';
import { loadKubeConfig, openClient } from '@stoker/kube';
import { createLogger, createRedactor, type LogLevel } from '@stoker/logging';
import { createSyncWorker } from '../worker/syncWorkerClient.ts';
import { version } from '../version.ts';
import { exitCodes } from '../cli/exitCode.ts';
import type { Invocation } from '../cli/parseArguments.ts';
import { injectedPaths, readEnvironment, type SidecarPaths } from './environment.ts';
import { openGatewayScans } from './gatewayScans.ts';
import { readPodFile } from './podFiles.ts';
import { runSidecar } from './runSidecar.ts';

export interface SidecarSetup {
  readonly paths: SidecarPaths;
  /** 0 for any. */
  readonly healthPort: number;
  /** `cluster` refuses local and loopback repositories: authors of CRs choose URLs. */
  readonly repositoryScope: 'cluster' | 'standalone';
  readonly logLevel: LogLevel;
  /** Module of the sync thread. */
  readonly workerScript: URL;
}

const healthPort = 9808;
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
    { paths: injectedPaths, healthPort, repositoryScope: 'cluster', logLevel, workerScript },
    env,
    stop,
  );
  return exitCodes.done;
}

/**
 * Puts the sidecar together from what the injector has given it and runs it until `stop`.
 * @throws StokerError `InvalidEnvironment`, `InvalidGatewayName`
 */
export async function startSidecar(setup: SidecarSetup, env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<void> {
  const environment = readEnvironment(env);
  const { crName, namespace, podName } = environment;
  const gatewayName = gatewayNameOf({ podName, annotations: await readPodFile(setup.paths.pod, 'annotations') });
  const redactor = createRedactor();
  const logger = createLogger({ app: 'agent', level: setup.logLevel, redactor });
  const log = logger.with({ stoker: `${namespace}/${crName}`, gateway: gatewayName, pod: podName });
  await mkdir(setup.paths.run, { recursive: true });
  await runSidecar(
    {
      ...setup,
      environment,
      gatewayName,
      client: openClient(loadKubeConfig(), { userAgent: `stoker-agent/${version}` }),
      worker: createSyncWorker(setup.workerScript),
      openGateway: openGatewayScans,
      agentVersion: version,
      redactor,
      log,
    },
    stop,
  );
}
