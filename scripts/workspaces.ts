import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');

export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Every package of the workspace: its folder relative to the checkout, and its package.json. */
export function workspaces(): { folder: string; manifest: Manifest }[] {
  return globSync(['packages/*/package.json', 'apps/*/package.json', 'e2e/package.json'], { cwd: root })
    .toSorted()
    .map((path) => ({ folder: dirname(path), manifest: JSON.parse(readFileSync(join(root, path), 'utf8')) }));
}
