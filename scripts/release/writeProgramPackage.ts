import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** What the bundle has in it, and what only the workspace has a use for. */
const left: ReadonlySet<string> = new Set(['dependencies', 'devDependencies', 'publishConfig']);

/**
 * Makes the folder in which the program of a workspace was bundled the package that is published, `publishConfig.directory`:
 * its manifest without what is bundled, so that nothing else is installed with it, beside README, license and changelog.
 * Does nothing for a workspace that has no such folder.
 */
export function writeProgramPackage(root: string, workspace: string): void {
  const home = join(root, workspace);
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const { directory, ...publishConfig } = manifest.publishConfig ?? {};
  if (directory === undefined) return;
  const kept = Object.entries(manifest).filter(([field]) => !left.has(field));
  const bin = Object.entries<string>(manifest.bin).map(([name, path]) => [name, posix.relative(directory, path)]);
  const published = { ...Object.fromEntries(kept), bin: Object.fromEntries(bin), publishConfig };
  const folder = join(home, directory);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  copyFileSync(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  for (const name of ['README.md', 'CHANGELOG.md']) {
    if (existsSync(join(home, name))) copyFileSync(join(home, name), join(folder, name));
  }
}
