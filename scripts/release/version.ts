import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeset } from './changeset.ts';
import { readPackages } from './readPackages.ts';

const chart = 'deploy/charts/stoker/Chart.yaml';

/**
 * Turns the changesets into versions and changelogs, and gives the chart the version of the three programs: they share one
 * (`fixed` in .changeset/config.json), because the chart installs them together. Throws with what changesets says.
 */
export async function version(root: string): Promise<void> {
  await changeset(root, ['version']);
  const product = readPackages(root).get('@stoker/controller');
  if (!product) throw new Error('there is no @stoker/controller in this checkout');
  const path = join(root, chart);
  writeFileSync(path, withVersion(readFileSync(path, 'utf8'), product.version));
}

/** A Chart.yaml with this version of the chart and of what it installs; all else, comments too, stays. */
function withVersion(chartFile: string, productVersion: string): string {
  return chartFile
    .replace(/^version: .*$/m, `version: ${productVersion}`)
    .replace(/^appVersion: .*$/m, `appVersion: ${productVersion}`);
}
