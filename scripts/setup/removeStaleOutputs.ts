import { existsSync, globSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes from `dist/` what was compiled from modules that are gone: tsc leaves it, and it would be packed. */
export function removeStaleOutputs(root: string): void {
  for (const path of globSync('{packages,apps}/*/dist/**/*.{js,d.ts,map}', { cwd: root })) {
    const source = path.replace('/dist/', '/src/').replace(/(\.d\.ts|\.js)(\.map)?$/, '.ts');
    if (!existsSync(join(root, source))) rmSync(join(root, path), { force: true });
  }
}
