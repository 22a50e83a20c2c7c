import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildImages } from '../../../e2e/src/cluster/images/buildImages.ts';
import { withLayout } from '../../../e2e/src/cluster/images/writeLayout.ts';
import { runProgram } from '../../../e2e/src/cluster/runProgram.ts';
import type { Place } from '../steps.ts';
import { contentsOf, noteContents } from './imageContents.ts';
import { noteDigest, productImages, targetOf } from './target.ts';

/** Builds the images for this machine's kind of processor, without a daemon, and pushes each as `VERSION-ARCHITECTURE`. */
export async function pushPlatformImages(place: Place): Promise<void> {
  const target = targetOf(place);
  if (!target) return;
  const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
  const images = await buildImages();
  const temporary = mkdtempSync(join(tmpdir(), 'stoker-push-'));
  const digestFile = join(temporary, 'digest');
  try {
    await withLayout(images, new Set(), async (layout) => {
      for (const name of productImages) {
        const image = images.find(({ reference }) => basename(reference).split(':')[0] === name);
        if (!image) throw new Error(`no image is called ${name}`);
        const repository = `${target.registry}/${name}`;
        const destination = `docker://${repository}:${target.version}-${architecture}`;
        const flags = ['--insecure-policy', '--digestfile', digestFile];
        await runProgram('skopeo', ['copy', ...flags, `oci:${layout}:${image.reference}`, destination]);
        noteContents(place, name, architecture, await contentsOf(image));
        noteDigest(
          place,
          `platforms/${name}/${architecture}`,
          `${repository}@${readFileSync(digestFile, 'utf8').trim()}`,
        );
      }
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
