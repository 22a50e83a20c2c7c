// Programs that set-up builds with Go, unless the machine has them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './paths.ts';
import { hasProgram } from './runProgram.ts';

export const goPrograms = {
  helm: { module: 'helm.sh/helm/v3/cmd/helm@v3.22.0', path: join(cacheFolder, 'helm/v3.22.0/helm') },
  kind: { module: 'sigs.k8s.io/kind@v0.31.0', path: join(cacheFolder, 'kind/v0.31.0/kind') },
} as const;

/** How to call the program: ours first, else the one on PATH; undefined when there is none. */
export function goProgram(name: keyof typeof goPrograms): string | undefined {
  const { path } = goPrograms[name];
  if (existsSync(path)) return path;
  return hasProgram(name) ? name : undefined;
}

/** The same, throwing with the command that builds it. */
export function requireGoProgram(name: keyof typeof goPrograms): string {
  const found = goProgram(name);
  if (!found) throw new Error(`${name} is missing; build it with: npm run setup`);
  return found;
}
