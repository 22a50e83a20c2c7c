import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** Of a path in `node_modules`, the folder of the package it belongs to. */
const packageFolder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/**
 * The licenses of other people's packages that have come into a bundle: they ask for that, wherever their code goes. `root` is
 * the folder that the paths of the metafile start from.
 */
export function licensesOfBundle(root: string, { outputs }: Metafile): string {
  const paths = Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
  );
  const folders = new Set(paths.flatMap((path) => packageFolder.exec(path)?.[0] ?? []));
  const sections = [...folders].map((folder) => licenseOf(join(root, folder)));
  return sections.toSorted().join(`\n${'-'.repeat(80)}\n\n`);
}

function licenseOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice)/i.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return `${[`${name} ${version}: ${license}`, ...texts].join('\n\n')}\n`;
}
