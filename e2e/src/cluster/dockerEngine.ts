import { spawnSync } from 'node:child_process';

/** Whether the Docker engine that `docker` speaks to answers. */
export function dockerAnswers(): boolean {
  return spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}
