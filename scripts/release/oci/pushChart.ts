import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../../e2e/src/cluster/runProgram.ts';
import { ensureGoProgram } from '../../setup/ensureGoProgram.ts';
import type { Place } from '../steps.ts';
import { noteDigest, productImages, targetOf } from './target.ts';

/** Packs the chart, pointing at the images of this release where they were pushed, and pushes it as `charts/stoker`. */
export async function pushChart(place: Place): Promise<void> {
  const target = targetOf(place);
  if (!target) return;
  const helm = await ensureGoProgram('helm', 120_000);
  const temporary = mkdtempSync(join(tmpdir(), 'stoker-chart-'));
  const packed = join(place.folder, 'chart');
  try {
    const chart = join(temporary, 'stoker');
    cpSync(join(place.root, 'deploy/charts/stoker'), chart, { recursive: true });
    const values = join(chart, 'values.yaml');
    writeFileSync(values, withRegistry(readFileSync(values, 'utf8'), target.registry));
    const readme = join(chart, 'README.md');
    writeFileSync(readme, readmeOf(readFileSync(readme, 'utf8'), target.registry));
    mkdirSync(packed, { recursive: true });
    const version = ['--version', target.version, '--app-version', target.version];
    await runProgram(helm, ['package', chart, ...version, '--destination', packed]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  const archive = join(packed, `stoker-${target.version}.tgz`);
  // helm says on standard error what it pushed.
  const both = ['-c', 'exec "$@" 2>&1', 'sh'];
  const pushed = await runProgram('sh', [...both, helm, 'push', archive, `oci://${target.registry}/charts`]);
  const digest = /Digest:\s*(sha256:[0-9a-f]{64})/.exec(pushed)?.[1];
  if (!digest) throw new Error(`helm does not say what it pushed:\n${pushed}`);
  noteDigest(place, 'signed/chart', `${target.registry}/charts/stoker@${digest}`);
}

/** The chart's values with each image of the product taken from this registry. Throws when they name one nowhere. */
export function withRegistry(values: string, registry: string): string {
  return productImages.reduce((text, name) => {
    const line = new RegExp(`^(\\s*repository: )(?:\\S+/)?${name}$`, 'm');
    if (!line.test(text)) throw new Error(`values.yaml has no line "repository: ${name}"`);
    return text.replace(line, `$1${registry}/${name}`);
  }, values);
}

/** The chart's README as those read it who have the chart from this registry. Throws when it says nowhere where that is. */
export function readmeOf(readme: string, registry: string): string {
  const place = 'oci://REGISTRY/charts/stoker';
  if (!readme.includes(place)) throw new Error(`the README of the chart does not say "${place}"`);
  return productImages.reduce(
    (text, name) => text.replaceAll(`image.repository\` | \`${name}\``, `image.repository\` | \`${registry}/${name}\``),
    readme.replaceAll(place, place.replace('REGISTRY', registry)),
  );
}
