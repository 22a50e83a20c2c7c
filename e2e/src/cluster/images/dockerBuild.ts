import { join } from 'node:path';
import { checkout } from '../paths.ts';
import type { Report } from '../progress.ts';
import { runProgram } from '../runProgram.ts';
import { imageDefinitions, imageReference } from './definitions.ts';

/** Builds all images with the Docker engine and answers their references. */
export async function dockerBuild(report: Report): Promise<string[]> {
  const references: string[] = [];
  for (const { name } of imageDefinitions) {
    report(`building ${name}`);
    const reference = imageReference(name);
    const file = join(checkout, 'deploy/images/Dockerfile');
    await runProgram('docker', ['build', '--file', file, '--target', name, '--tag', reference, checkout], {
      onLine: report,
    });
    references.push(reference);
  }
  return references;
}
