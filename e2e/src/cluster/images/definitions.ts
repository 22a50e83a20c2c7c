// The images of this checkout. `deploy/images/Dockerfile` makes the same ones where there is a Docker engine.

/** What lies below an application: `plain` is libc, busybox and certificates, `git` adds git and an ssh client that works for any user id. */
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
}

/** Images of this checkout are never pulled from anywhere, unless a cluster elsewhere needs them: then STOKER_REGISTRY says where from. */
const imagePrefix = process.env['STOKER_REGISTRY'] ?? 'stoker.local';
export const imageTag = 'dev';

const frugal = ['MALLOC_ARENA_MAX=1', 'UV_THREADPOOL_SIZE=2'];

export const imageDefinitions: readonly ImageDefinition[] = [
  { name: 'stoker-controller', base: 'git', workspace: 'apps/controller', nodeFlags: [], env: [] },
  {
    name: 'stoker-agent',
    base: 'git',
    workspace: 'apps/agent',
    nodeFlags: ['--v8-pool-size=1', '--max-semi-space-size=1'],
    env: frugal,
  },
  { name: 'stoker-injector', base: 'plain', workspace: 'apps/injector-webhook', nodeFlags: [], env: [] },
  { name: 'stoker-gateway-sim', base: 'plain', workspace: 'packages/gateway-sim', nodeFlags: [], env: frugal },
  // The git server that tests and the demo push to.
  { name: 'stoker-git-server', base: 'git', workspace: 'e2e', nodeFlags: [], env: frugal },
];

/** The packages of Debian in each base. */
export const basePackages: Record<Base, readonly string[]> = {
  plain: ['libc6', 'libstdc++6', 'libgcc-s1', 'busybox-static', 'base-files', 'netbase', 'tzdata', 'ca-certificates'],
  get git() {
    return [...this.plain, 'git', 'openssh-client', 'libnss-wrapper'];
  },
};

/** The whole name of an image, as a pod writes it. */
export function imageReference(name: string): string {
  return `${imagePrefix}/${name}:${imageTag}`;
}
