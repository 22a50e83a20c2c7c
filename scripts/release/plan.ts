// What a release consists of: the plan that `changeset pack` wrote beside the tarballs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One workspace at one version. `tarball` is absolute; programs and the chart have none, they are tagged only. */
export interface Release {
  readonly name: string;
  readonly version: string;
  /** The git tag, `name@version`. */
  readonly tag: string;
  readonly tarball?: string;
}

interface PlanFile {
  readonly version: number;
  readonly plan: readonly (readonly {
    readonly kind: 'publish' | 'tag-only';
    readonly name: string;
    readonly version: string;
    readonly tarball?: { readonly path: string };
  }[])[];
}

/** Where the step `pack` leaves plan and tarballs. */
export const packedFolder = (folder: string): string => join(folder, 'npm');

/** The releases that were packed into this folder. Throws when `pack` has not run. */
export function readPlan(folder: string): Release[] {
  const packed = packedFolder(folder);
  const { version, plan }: PlanFile = JSON.parse(readFileSync(join(packed, 'publish-plan.json'), 'utf8'));
  if (version !== 1) throw new Error(`publish-plan.json has version ${version}; this reads 1`);
  return plan.flat().map((entry) => ({
    name: entry.name,
    version: entry.version,
    tag: `${entry.name}@${entry.version}`,
    ...(entry.tarball && { tarball: join(packed, entry.tarball.path) }),
  }));
}

/** The name of a release as a file: `@stoker/agent` 0.1.0 is `stoker-agent-0.1.0`. */
export function fileNameOf({ name, version }: Pick<Release, 'name' | 'version'>): string {
  return `${name.replace('@', '').replace('/', '-')}-${version}`;
}
