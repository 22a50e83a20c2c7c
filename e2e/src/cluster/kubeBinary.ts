// One binary holds all of Kubernetes: kube-apiserver, etcd, kubelet, kubectl … It picks its part by the name it is called by.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, checkout } from './paths.ts';

/** The Go module the binary is built from. */
export const kubeModule = join(checkout, 'e2e/cluster/kube');

/** Where the binary for the present sources belongs, whether or not it has been built. */
export function kubeBinaryPath(): string {
  const key = createHash('sha256');
  for (const name of ['go.mod', 'go.sum', 'main.go']) key.update(readFileSync(join(kubeModule, name)));
  return join(cacheFolder, 'kube', key.digest('hex').slice(0, 16), 'kube');
}

/** The built binary. Throws with the command that builds it when it is missing. */
export function kubeBinary(): string {
  const path = kubeBinaryPath();
  if (!existsSync(path)) throw new Error(`the Kubernetes binary ${path} is missing; build it with: npm run setup`);
  return path;
}
