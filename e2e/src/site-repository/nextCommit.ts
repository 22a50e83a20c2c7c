import { plantGateways } from './plantGateways.ts';
import { addScript, addView } from './projectResources.ts';
import { frontPage, retired } from './projects.ts';
import { seededRandom } from './random.ts';
import { addResource, type RepositoryFiles } from './repositoryFiles.ts';
import { lineTags } from './tags.ts';

export interface Commit {
  readonly message: string;
  /** New and changed files; null deletes. */
  readonly changes: ReadonlyMap<string, string | Uint8Array | null>;
}

/**
 * A day's work on top of `siteRepository`: the front page that every gateway shows is edited, a script is new, each area's tags
 * change, and the first of these commits removes the retired views. Each `revision` (from 1) gives other content.
 */
export function nextCommit(revision = 1): Commit {
  const random = seededRandom(1000 + revision);
  const files: RepositoryFiles = new Map();
  const modifiedAt = `2026-03-02T10:${String(revision % 60).padStart(2, '0')}:00Z`;
  const base = `projects/${frontPage.project}`;
  addView(files, base, frontPage.view, random, modifiedAt);
  addScript(files, base, `plant/energy/meter${revision}`, random, modifiedAt);
  for (const { area } of plantGateways) {
    const contents = { 'tags.json': lineTags(area, 'Line 1', 40 + revision) };
    addResource(files, `tags/${area}/Line 1`, contents, { modifiedAt });
  }
  const changes = new Map<string, string | Uint8Array | null>(files);
  if (revision === 1) {
    const removed: RepositoryFiles = new Map();
    for (const { project, view } of retired) addView(removed, `projects/${project}`, view, random);
    for (const path of removed.keys()) changes.set(path, null);
  }
  return { message: `Meter energy on the front page (${revision})`, changes };
}
