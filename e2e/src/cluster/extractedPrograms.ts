// Servers of Debian that tests start themselves. Their packages are extracted and not installed: an installed one would run
// on the machine from then on.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './paths.ts';
import { runProgram } from './runProgram.ts';

const folder = join(cacheFolder, 'debian');

const programs = {
  'docker-registry': { package: 'docker-registry', path: 'usr/bin/docker-registry' },
  dockerd: { package: 'docker.io', path: 'usr/sbin/dockerd' },
  docker: { package: 'docker.io', path: 'usr/bin/docker' },
} as const;

/** The path of the program. Throws with the command that fetches it. */
export function extractedProgram(name: keyof typeof programs): string {
  const path = join(folder, programs[name].package, programs[name].path);
  if (!existsSync(path)) throw new Error(`${name} is missing; fetch it with: npm run setup`);
  return path;
}

/** Packages that are still to be extracted. */
export function missingExtracts(): string[] {
  const names = new Set(Object.values(programs).map((program) => program.package));
  return [...names].filter((name) => !existsSync(join(folder, name)));
}

/** Fetches a package with apt and extracts it. Throws with apt's message. */
export async function extractPackage(name: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const draft = mkdtempSync(join(folder, 'draft-'));
  try {
    const quiet = ['--quiet', '-o', 'APT::Sandbox::User=root'];
    await runProgram('apt-get', [...quiet, 'download', name], { cwd: draft });
    const [archive] = readdirSync(draft);
    if (!archive) throw new Error(`apt-get downloaded nothing for ${name}`);
    await runProgram('dpkg-deb', ['--extract', join(draft, archive), join(draft, 'root')]);
    renameSync(join(draft, 'root'), join(folder, name));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
