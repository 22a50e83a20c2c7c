import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileNameOf, readPlan, type Release } from './plan.ts';
import { readPackages } from './readPackages.ts';
import { sectionOfChangelog } from './sectionOfChangelog.ts';
import type { Place } from './steps.ts';

/** Where the notes of a release are. */
export function notesFile(folder: string, release: Pick<Release, 'name' | 'version'>): string {
  return join(folder, 'notes', `${fileNameOf(release)}.md`);
}

/** Writes what each packed release changed. Throws when a changelog does not know its version. */
export async function writeNotes({ root, folder }: Place): Promise<void> {
  const packages = readPackages(root);
  mkdirSync(join(folder, 'notes'), { recursive: true });
  for (const release of readPlan(folder)) {
    const home = packages.get(release.name);
    if (!home) throw new Error(`${release.name} is in the plan and not in this checkout`);
    const changelog = readFileSync(join(root, home.folder, 'CHANGELOG.md'), 'utf8');
    writeFileSync(notesFile(folder, release), sectionOfChangelog(changelog, release.version));
    console.log(notesFile(folder, release));
  }
}
