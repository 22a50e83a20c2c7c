import { dockerAnswers } from '../dockerEngine.ts';
import type { Report } from '../progress.ts';
import { hasProgram, runProgram } from '../runProgram.ts';
import { buildImages } from './buildImages.ts';
import { imageDefinitions, imageReference } from './definitions.ts';
import { dockerBuild } from './dockerBuild.ts';
import { withLayout } from './writeLayout.ts';

/** What this machine lacks to build and push images, as names of programs; empty when it can. */
export function missingToPush(): string[] {
  if (dockerAnswers()) return [];
  return ['skopeo', 'mmdebstrap'].filter((name) => !hasProgram(name));
}

/**
 * Builds the images of this checkout and pushes them to the registry in their names (STOKER_REGISTRY): with the Docker
 * engine where one answers, else with skopeo. Who may push is what `docker login` or `skopeo login` wrote. Throws with
 * what the registry said.
 */
export async function pushImages(report: Report): Promise<void> {
  if (dockerAnswers()) return pushWithDocker(report);
  report('building images');
  const images = await buildImages();
  await withLayout(images, new Set(), async (folder) => {
    for (const { name } of imageDefinitions) {
      const reference = imageReference(name);
      report(`pushing ${reference}`);
      await runProgram('skopeo', ['copy', '--insecure-policy', `oci:${folder}:${reference}`, `docker://${reference}`]);
    }
  });
}

async function pushWithDocker(report: Report): Promise<void> {
  for (const reference of await dockerBuild(report)) {
    report(`pushing ${reference}`);
    await runProgram('docker', ['push', reference]);
  }
}
