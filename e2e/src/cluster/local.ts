// A single-node Kubernetes of plain processes on this machine, in namespaces of its own. The work is done by the scripts under
// e2e/cluster; this file says what they need and runs them.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as addresses from './addresses.ts';
import type { Cluster, Component, Missing } from './cluster.ts';
import { buildImages } from './images/buildImages.ts';
import { writeArchive } from './images/writeLayout.ts';
import { kubeBinaryPath } from './kubeBinary.ts';
import { isReady } from './runKubectl.ts';
import { missingPrograms } from './debianPackages.ts';
import { cacheFolder, checkout } from './paths.ts';
import type { Report } from './progress.ts';
import { runProgram } from './runProgram.ts';

const root = join(cacheFolder, 'cluster');
const scripts = join(checkout, 'e2e/cluster');
const archive = join(root, 'images.tar');
const kubeconfig = join(root, 'kubeconfig');
const containerdSocket = join(root, 'run/containerd.sock');

function environment(): Record<string, string> {
  return {
    ROOT: root,
    KUBE: kubeBinaryPath(),
    IMAGES: archive,
    HOST_ADDRESS: addresses.hostAddress,
    REGISTRY_PORT: String(addresses.registryPort),
    NODE_GATEWAY: addresses.nodeGateway,
    NODE_ADDRESS: addresses.nodeAddress,
    POD_RANGE: addresses.podRange,
    SERVICE_RANGE: addresses.serviceRange,
    DNS_ADDRESS: addresses.dnsAddress,
    NODE_NAME: addresses.nodeName,
  };
}

function script(name: string, args: readonly string[], report?: Report): Promise<string> {
  return runProgram(join(scripts, name), args, { env: environment(), ...(report && { onLine: report }) });
}

/** Paths of the authority of the local cluster and of a certificate that e2e/cluster/pki.sh made under `name`. */
export function clusterCertificates(name: string): { authority: string; certificate: string; key: string } {
  const path = (file: string) => join(root, 'run/pki', file);
  return { authority: path('ca.crt'), certificate: path(`${name}.crt`), key: path(`${name}.key`) };
}

export const localCluster: Cluster = {
  kind: 'local',
  kubeconfig,

  async missing() {
    if (process.platform !== 'linux') {
      return [{ what: 'Linux, or a Docker engine', how: 'start Docker (kind is used then), or set KUBECONFIG' }];
    }
    const missing: Missing[] = missingPrograms();
    if (process.getuid?.() !== 0) missing.push({ what: 'root', how: 'run as root, start Docker, or set KUBECONFIG' });
    if (!existsSync('/sys/fs/cgroup')) missing.push({ what: 'cgroups', how: 'mount them at /sys/fs/cgroup' });
    if (!existsSync(kubeBinaryPath())) missing.push({ what: 'the Kubernetes binary', how: 'npm run setup' });
    return missing;
  },

  async isUp() {
    if (!existsSync(join(root, 'run/up.done')) || !existsSync(kubeconfig)) return false;
    return await isReady(kubeconfig);
  },

  async up(report) {
    report('clearing what an earlier run left');
    await script('down.sh', []);
    report('building images');
    await writeArchive(archive, await buildImages());
    report('starting Kubernetes');
    try {
      await script('up.sh', [], report);
    } catch (error) {
      await script('down.sh', []);
      throw error;
    } finally {
      rmSync(archive, { force: true });
    }
  },

  async down() {
    await script('down.sh', []);
  },

  async loadImages(report) {
    report('building images');
    const images = await buildImages();
    const present = new Set((await ctr(['content', 'ls', '--quiet'])).split('\n'));
    report('importing');
    try {
      await writeArchive(archive, images, present);
      await ctr(['images', 'import', archive]);
    } finally {
      rmSync(archive, { force: true });
    }
  },

  stopComponent: (name) => inNode('stop', name),
  startComponent: (name) => inNode('start', name),
  async killContainer(id) {
    await ctr(['tasks', 'kill', '--signal', 'SIGKILL', id]);
  },
};

function ctr(args: readonly string[]): Promise<string> {
  return runProgram('ctr', ['--address', containerdSocket, '--namespace', 'k8s.io', ...args]);
}

/** Runs component.sh in the node's mount, network and pid namespaces. */
async function inNode(action: 'stop' | 'start', name: Component): Promise<void> {
  const unshare = readFileSync(join(root, 'run/unshare.pid'), 'utf8').trim();
  const [init] = readFileSync(`/proc/${unshare}/task/${unshare}/children`, 'utf8').split(' ');
  if (!init) throw new Error('the node has no first process: is the cluster up?');
  const enter = ['--target', init, '--mount', '--net', '--pid', join(scripts, 'component.sh')];
  await runProgram('nsenter', [...enter, action, name], { env: environment() });
}
