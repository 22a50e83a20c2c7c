// A kind cluster, where a Docker engine answers.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Component, Missing } from './cluster.ts';
import { goProgram, requireGoProgram } from './goPrograms.ts';
import { dockerBuild } from './images/dockerBuild.ts';
import { isReady, missingKubectl } from './runKubectl.ts';
import { cacheFolder } from './paths.ts';
import { hasProgram, runProgram } from './runProgram.ts';

const name = 'stoker';
const node = `${name}-control-plane`;
const kubeconfig = join(cacheFolder, 'kind/kubeconfig');
const manifests = '/etc/kubernetes/manifests';
const ofKind = ['--name', name] as const;

async function exists(): Promise<boolean> {
  return (await runProgram(requireGoProgram('kind'), ['get', 'clusters'])).split('\n').includes(name);
}

async function untilReady(): Promise<void> {
  for (let attempt = 0; attempt < 240; attempt += 1) {
    if (await isReady(kubeconfig)) return;
    await delay(500);
  }
  throw new Error('the API server of the kind cluster did not come back within two minutes');
}

export const kindCluster: Cluster = {
  kind: 'kind',
  kubeconfig,

  async missing() {
    const missing: Missing[] = goProgram('kind') ? [] : [{ what: 'kind', how: 'npm run setup' }];
    if (!hasProgram('docker')) missing.push({ what: 'docker', how: 'install Docker and put it on PATH' });
    return [...missing, ...missingKubectl()];
  },

  isUp: async () => goProgram('kind') !== undefined && (await exists()) && (await isReady(kubeconfig)),

  async up(report) {
    if (await exists())
      await runProgram(requireGoProgram('kind'), ['delete', 'cluster', ...ofKind, '--kubeconfig', kubeconfig]);
    report('creating the kind cluster');
    const args = ['create', 'cluster', ...ofKind, '--kubeconfig', kubeconfig, '--wait', '180s'];
    await runProgram(requireGoProgram('kind'), args, { onLine: report });
    await kindCluster.loadImages(report);
  },

  async down() {
    await runProgram(requireGoProgram('kind'), ['delete', 'cluster', ...ofKind, '--kubeconfig', kubeconfig]);
  },

  async loadImages(report) {
    const references = await dockerBuild(report);
    report('loading images into the node');
    await runProgram(requireGoProgram('kind'), ['load', 'docker-image', ...ofKind, ...references]);
  },

  // The kubelet ends a static pod whose manifest goes away, and starts it again when it is back.
  stopComponent: (component) => moveManifest(component, manifests, '/etc/kubernetes'),
  async startComponent(component) {
    await moveManifest(component, '/etc/kubernetes', manifests);
    await untilReady();
  },
  async killContainer(id) {
    const kill = ['ctr', '--namespace', 'k8s.io', 'tasks', 'kill', '--signal', 'SIGKILL', id];
    await runProgram('docker', ['exec', node, ...kill]);
  },
};

async function moveManifest(component: Component, from: string, to: string): Promise<void> {
  await runProgram('docker', ['exec', node, 'mv', `${from}/${component}.yaml`, `${to}/`]);
}
