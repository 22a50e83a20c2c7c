import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../../e2e/src/cluster/runProgram.ts';
import { ensureGoProgram } from '../../setup/ensureGoProgram.ts';
import { readPlan } from '../plan.ts';
import type { Place } from '../steps.ts';
import { sbomFile } from '../writeSboms.ts';
import { writeImageSbom } from './imageContents.ts';
import { notedDigests } from './target.ts';

/** The program in each image, whose bill of materials is attached to it. */
const programs: Readonly<Record<string, string>> = {
  'stoker-controller': '@stoker/controller',
  'stoker-agent': '@stoker/agent',
  'stoker-injector': '@stoker/injector-webhook',
};

/** Nobody to ask on the internet: no transparency log, no time stamps. */
const aloneConfig = {
  mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
  rekorTlogConfig: {},
  tsaConfig: {},
};

/**
 * Signs by digest what was pushed for this release, the images in an index too, and attaches to each image its signed bill
 * of materials: the program's packages, and the image's. As what: as the workflow that runs this (Fulcio, Rekor), or with the key that COSIGN_KEY names, for
 * registries and plants without the internet. Builds cosign with Go where it is missing. Throws with what cosign says.
 */
export async function sign(place: Place): Promise<void> {
  const pushed = notedDigests(place, 'signed');
  if (pushed.size === 0) return console.log('nothing was pushed for this release');
  const cosign = await ensureGoProgram('cosign', 200_000);
  const run = (command: string, ...args: string[]) => runProgram(cosign, [command, '--yes', ...args]);
  const temporary = mkdtempSync(join(tmpdir(), 'stoker-sign-'));
  try {
    const identity = identityFlags(join(temporary, 'signing-config.json'));
    for (const [name, reference] of pushed) {
      await run('sign', ...identity, '--recursive', reference);
      const release = readPlan(place.folder).find((entry) => entry.name === programs[name]);
      if (release) {
        const sbom = writeImageSbom(place, name, sbomFile(place.folder, release));
        await run('attest', ...identity, '--type', 'cyclonedx', '--predicate', sbom, reference);
      }
      console.log(`signed ${reference}`);
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function identityFlags(configFile: string): string[] {
  const key = process.env['COSIGN_KEY'];
  if (!key) return [];
  writeFileSync(configFile, JSON.stringify(aloneConfig));
  return ['--key', key, '--signing-config', configFile];
}
