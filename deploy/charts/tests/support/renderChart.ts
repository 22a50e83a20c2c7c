import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { requireGoProgram } from '../../../../e2e/src/cluster/goPrograms.ts';
import { checkout } from '../../../../e2e/src/cluster/paths.ts';
import { runProgram } from '../../../../e2e/src/cluster/runProgram.ts';

export const chartFolder = join(checkout, 'deploy/charts/stoker');
export const release = { name: 'stoker', namespace: 'stoker-system' } as const;

/** The version of the programs that this chart installs. */
export const appVersion: string = parse(readFileSync(join(chartFolder, 'Chart.yaml'), 'utf8')).appVersion;

/** Values as they stand in a values.yaml. */
export type Values = Readonly<Record<string, unknown>>;

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** What helm makes of the chart with these values, as text. Throws with helm's message, a refusal by the schema for one. */
export async function renderText(values: Values, name: string = release.name): Promise<string> {
  const version = ['--kube-version', '1.34.0'];
  const where = [name, chartFolder, '--namespace', release.namespace, '--values', '-'];
  return await runProgram(requireGoProgram('helm'), ['template', ...where, ...version], {
    input: JSON.stringify(values),
  });
}

/** The same as objects. */
export async function render(values: Values, name: string = release.name): Promise<readonly Manifest[]> {
  const documents = parseAllDocuments(await renderText(values, name));
  return documents.flatMap((document): Manifest[] => document.toJSON() ?? []);
}

/** The manifest called `Kind/name`; undefined when there is none. */
export function find(manifests: readonly Manifest[], what: string): Manifest | undefined {
  return manifests.find(({ kind, metadata }) => `${kind}/${metadata.name}` === what);
}

/** What stands at a path of keys and indices with dots between them; an empty path is the whole. */
export function at(value: unknown, path: string): unknown {
  let found = value;
  for (const key of path.split('.').filter(Boolean)) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}
