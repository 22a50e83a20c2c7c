import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../e2e/src/cluster/runProgram.ts';
import { fileNameOf, readPlan, type Release } from './plan.ts';
import type { Place } from './steps.ts';

/** Where the archive of the agent as a program for plain machines is. */
export function agentArchive(folder: string, release: Pick<Release, 'name' | 'version'>): string {
  return join(folder, 'programs', `${fileNameOf(release)}.tgz`);
}

/**
 * Packs the agent's bundle, which needs nothing but Node, and the licenses of what is in it, into one folder named after its
 * version; equal bundles make equal archives. Nothing when the agent is not part of this release. Throws when it was not
 * bundled.
 */
export async function packAgent({ root, folder }: Place): Promise<void> {
  const release = readPlan(folder).find(({ name }) => name === '@stoker/agent');
  if (!release) return;
  const bundle = join(root, 'apps/agent/bundle');
  if (!existsSync(join(bundle, 'main.js'))) throw new Error(`${bundle}/main.js is missing: npm run build makes it`);
  const archive = agentArchive(folder, release);
  mkdirSync(join(folder, 'programs'), { recursive: true });
  const temporary = mkdtempSync(join(tmpdir(), 'stoker-agent-'));
  const program = join(temporary, fileNameOf(release));
  try {
    for (const name of readdirSync(bundle).filter((file) => /\.(js|txt)$/.test(file))) {
      cpSync(join(bundle, name), join(program, name));
    }
    cpSync(join(root, 'LICENSE'), join(program, 'LICENSE'));
    writeFileSync(join(program, 'package.json'), '{"type":"module"}\n');
    const equal = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=a+rX,go-w'];
    const packed = ['--use-compress-program=gzip -n', '-cf', archive, fileNameOf(release)];
    await runProgram('tar', ['-C', temporary, ...equal, ...packed]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  console.log(archive);
}
