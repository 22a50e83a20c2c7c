// One binary holds all of Kubernetes: kube-apiserver, etcd, kubelet, kubectl … It picks its part by the name it is called by.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, checkout } from './paths.ts';

/** The Go module the binary is built from. */
export const kubeModule = join(checkout, 'e2e/cluster/kube');

/** The linker flags that give the binary the version of its sources; without them it says v0.0.0, which Helm refuses. */
export function kubeVersionFlags(): string[] {
  const [, version, major, minor] = /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\d+)/.exec(readModule('go.mod')) ?? [];
  if (!version) throw new Error(`${kubeModule}/go.mod does not say which version of k8s.io/kubernetes it needs`);
  const flags = { gitVersion: version, gitMajor: major, gitMinor: minor };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((name) =>
    Object.entries(flags).map(([variable, value]) => `-X=${name}.${variable}=${value}`),
  );
}

function readModule(name: string): string {
  return readFileSync(join(kubeModule, name), 'utf8');
}

/** Where the binary for the present sources belongs, whether or not it has been built. */
export function kubeBinaryPath(): string {
  const key = createHash('sha256');
  for (const name of ['go.mod', 'go.sum', 'main.go']) key.update(readModule(name));
  key.update(kubeVersionFlags().join(' '));
  return join(cacheFolder, 'kube', key.digest('hex').slice(0, 16), 'kube');
}

/** The built binary. Throws with the command that builds it when it is missing. */
export function kubeBinary(): string {
  const path = kubeBinaryPath();
  if (!existsSync(path)) throw new Error(`the Kubernetes binary ${path} is missing; build it with: npm run setup`);
  return path;
}
