// The images of this checkout. `deploy/images/Dockerfile` makes the same ones where there is a Docker engine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../paths.ts';

/** What lies below an application: `plain` is libc and certificates, without a shell; `git` adds busybox, git and an ssh client that works for any user id. */
export type Base = 'plain' | 'git';

export interface ImageDefinition {
  /** Its name without registry and tag, also the name of its target in the Dockerfile. */
  readonly name: string;
  readonly base: Base;
  /** The folder of the checkout whose bundle it runs. */
  readonly workspace: string;
  /** Flags of node, and environment, that keep one process small. */
  readonly nodeFlags: readonly string[];
  readonly env: readonly string[];
  /** A script of deploy/images that is the first process and starts node. */
  readonly firstProcess?: string;
}

/** Images of this checkout are never pulled from anywhere, unless a cluster elsewhere needs them: then STOKER_REGISTRY says where from. */
const imagePrefix = process.env['STOKER_REGISTRY'] ?? 'stoker.local';
export const imageTag = 'dev';

// A small young generation and one thread beside the first. An idle controller collects no garbage every two minutes, which takes
// 30 ms and gives back 5 MB (bench/kube).
const smallHeap = ['--v8-pool-size=1', '--max-semi-space-size=1'];

// Memory that a sync has freed goes back at once: thresholds that are said do not grow with use (mallopt(3)). 41 MB of anonymous
// memory after a first sync became 30.
const frugal = [
  'MALLOC_ARENA_MAX=1',
  'MALLOC_MMAP_THRESHOLD_=131072',
  'MALLOC_TRIM_THRESHOLD_=131072',
  'UV_THREADPOOL_SIZE=2',
];

export const imageDefinitions: readonly ImageDefinition[] = [
  {
    name: 'stoker-controller',
    base: 'git',
    workspace: 'apps/controller',
    nodeFlags: [...smallHeap, '--no-memory-reducer'],
    env: [],
  },
  {
    name: 'stoker-agent',
    base: 'git',
    workspace: 'apps/agent',
    nodeFlags: smallHeap,
    env: frugal,
    firstProcess: 'keep-alive.sh',
  },
  { name: 'stoker-injector', base: 'plain', workspace: 'apps/injector-webhook', nodeFlags: [], env: [] },
  { name: 'stoker-gateway-sim', base: 'plain', workspace: 'packages/gateway-sim', nodeFlags: [], env: frugal },
  // The git server that tests and the demo push to.
  { name: 'stoker-git-server', base: 'git', workspace: 'e2e', nodeFlags: [], env: frugal },
];

/** The packages of Debian in each base. */
export const basePackages: Record<Base, readonly string[]> = {
  plain: packagesIn('plain'),
  git: [...packagesIn('plain'), ...packagesIn('git')],
};

function packagesIn(base: Base): string[] {
  return readFileSync(join(checkout, `deploy/images/${base}.packages`), 'utf8')
    .trim()
    .split('\n');
}

/** The whole name of an image, as a pod writes it. */
export function imageReference(name: string): string {
  return `${imagePrefix}/${name}:${imageTag}`;
}
