import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../paths.ts';
import type { ImageDefinition } from './definitions.ts';

/** What a registry shows of an image: the OCI image specification's annotations. */
export function labelsOf({ name, workspace }: ImageDefinition): Record<string, string> {
  const { version, description, license } = packageOf(workspace);
  const { repository } = packageOf('apps/controller');
  const revision = revisionOf(checkout);
  const labels = {
    title: name,
    description,
    version,
    licenses: license,
    source: repository.url.replaceAll(/^git\+|\.git$/g, ''),
    ...(revision !== undefined && { revision }),
  };
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [`org.opencontainers.image.${key}`, value]));
}

/** The commit that is checked out; undefined for sources without git. */
export function revisionOf(folder: string, env = process.env): string | undefined {
  if (!existsSync(join(folder, '.git'))) return undefined;
  // In a container of CI the checkout belongs to a user of the host, and git would refuse it.
  const args = ['-c', `safe.directory=${folder}`, 'rev-parse', 'HEAD'];
  return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' }).trim();
}

interface PackageFile {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly repository: { readonly url: string };
}

function packageOf(workspace: string): PackageFile {
  return JSON.parse(readFileSync(join(checkout, workspace, 'package.json'), 'utf8'));
}
