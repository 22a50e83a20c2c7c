// Programs that set-up, lint and release build with Go, unless the machine has them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './paths.ts';
import { hasProgram } from './runProgram.ts';

interface GoProgram {
  readonly module: string;
  readonly path: string;
  /** Build tags. */
  readonly tags?: string;
}

type Name = 'helm' | 'kind' | 'cosign' | 'actionlint' | 'promtool';

export const goPrograms: Readonly<Record<Name, GoProgram>> = {
  helm: { module: 'helm.sh/helm/v3/cmd/helm@v3.22.0', path: join(cacheFolder, 'helm/v3.22.0/helm') },
  kind: { module: 'sigs.k8s.io/kind@v0.31.0', path: join(cacheFolder, 'kind/v0.31.0/kind') },
  cosign: {
    module: 'github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3',
    path: join(cacheFolder, 'cosign/v3.1.3/cosign'),
  },
  actionlint: {
    module: 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12',
    path: join(cacheFolder, 'actionlint/v1.7.12/actionlint'),
  },
  promtool: {
    module: 'github.com/prometheus/prometheus/cmd/promtool@v0.316.0',
    path: join(cacheFolder, 'promtool/v0.316.0/promtool'),
    // Rules need no service discovery, and the libraries of all clouds take several minutes more.
    tags: 'remove_all_sd',
  },
};

/** How to call the program: ours first, else the one on PATH; undefined when there is none. */
export function goProgram(name: Name): string | undefined {
  const { path } = goPrograms[name];
  if (existsSync(path)) return path;
  return hasProgram(name) ? name : undefined;
}

/** The same, throwing with the command that builds it. */
export function requireGoProgram(name: Name): string {
  const found = goProgram(name);
  if (!found) throw new Error(`${name} is missing; build it with: npm run setup`);
  return found;
}
