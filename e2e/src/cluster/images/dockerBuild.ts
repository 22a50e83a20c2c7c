import { join } from 'node:path';
import { checkout } from '../paths.ts';
import type { Report } from '../progress.ts';
import { runProgram } from '../runProgram.ts';
import { imageDefinitions, imageReference, type ImageDefinition } from './definitions.ts';
import { labelsOf } from './labels.ts';

/** Builds all images with the Docker engine and answers their references. `engine` says which one, and how. */
export async function dockerBuild(
  report: Report,
  engine: { readonly env?: Readonly<Record<string, string>>; readonly args?: readonly string[] } = {},
): Promise<string[]> {
  const references: string[] = [];
  for (const definition of imageDefinitions) {
    const { name } = definition;
    report(`building ${name}`);
    const reference = imageReference(name);
    const file = join(checkout, 'deploy/images/Dockerfile');
    const options = [...(engine.args ?? []), ...buildArguments(definition), '--file', file, '--target', name];
    const args = ['build', ...options, '--tag', reference, checkout];
    await runProgram('docker', args, { onLine: report, env: engine.env ?? {} });
    references.push(reference);
  }
  return references;
}

/** What the Dockerfile cannot read itself. */
function buildArguments(definition: ImageDefinition): string[] {
  const labels = labelsOf(definition);
  return ['version', 'revision'].flatMap((label) => {
    const value = labels[`org.opencontainers.image.${label}`];
    return value === undefined ? [] : ['--build-arg', `${label.toUpperCase()}=${value}`];
  });
}
