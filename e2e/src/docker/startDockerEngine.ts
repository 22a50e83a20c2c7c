import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { extractedProgram } from '../cluster/extractedPrograms.ts';
import { guardFolder, startServerProcess } from '../cluster/serverProcess.ts';

/** A Docker engine for one test. */
export interface DockerEngine {
  /** What `docker` needs in its environment to speak to it, and to be found. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Starts Debian's `dockerd` on a socket in a folder of its own, without a bridge: what it builds or runs has the network of
 * this machine (`--network host`) or none. It ends with this process, however it ends. Throws with its log when it does not answer.
 */
export async function startDockerEngine(): Promise<DockerEngine> {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-docker-'));
  const guard = guardFolder(folder);
  const docker = extractedProgram('docker');
  const env = {
    DOCKER_HOST: `unix://${folder}/docker.sock`,
    PATH: [dirname(docker), process.env['PATH']].join(delimiter),
  };
  // Namespaces of its own: with the first process everything in them ends, mounts too.
  const alone = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--propagation', 'private'];
  const folders = ['data-root', 'exec-root'].map((name) => `--${name}=${join(folder, name)}`);
  const noNetwork = ['--bridge=none', '--iptables=false', '--ip6tables=false'];
  const settings = [`--pidfile=${join(folder, 'dockerd')}`, '--storage-driver=overlay2', ...noNetwork];
  const engine = await startServerProcess({
    name: 'unshare',
    program: 'unshare',
    args: [...alone, extractedProgram('dockerd'), `--host=${env.DOCKER_HOST}`, ...folders, ...settings],
    folder,
    isReady: async () => spawnSync(docker, ['info'], { env, stdio: 'ignore', timeout: 10_000 }).status === 0,
    timeoutMs: 60_000,
  });
  return {
    env,
    async close() {
      await engine.stop('SIGKILL');
      guard.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
