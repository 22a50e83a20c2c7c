import { changeset } from './changeset.ts';
import { chosenRegistry } from './chosenRegistry.ts';
import { checkTarballs } from './checkTarballs.ts';
import { pushChart } from './oci/pushChart.ts';
import { pushIndexes } from './oci/pushIndexes.ts';
import { pushPlatformImages } from './oci/pushPlatformImages.ts';
import { sign } from './oci/sign.ts';
import { packAgent } from './packAgent.ts';
import { packedFolder, readPlan } from './plan.ts';
import { proposeVersions } from './proposeVersions.ts';
import { releaseOnGithub } from './releaseOnGithub.ts';
import { writeNotes } from './writeNotes.ts';
import { writeSboms } from './writeSboms.ts';
import { version } from './version.ts';

/** Where a step works, both absolute: the checkout, and the folder, which is there, for what is made for this release. */
export interface Place {
  readonly root: string;
  readonly folder: string;
}

interface Step {
  readonly name: string;
  readonly what: string;
  run(place: Place): Promise<void>;
}

/** In their order. */
export const steps: readonly Step[] = [
  { name: 'version', what: 'turn .changeset/*.md into versions and changelogs', run: ({ root }) => version(root) },
  { name: 'propose', what: 'do that on a branch, and ask for it with a pull request', run: proposeVersions },
  {
    name: 'pack',
    what: 'pack every package that its registry lacks, check the tarballs, and pack the agent',
    run: pack,
  },
  { name: 'publish', what: 'publish the tarballs', run: publish },
  { name: 'notes', what: "write each release's notes from its changelog", run: writeNotes },
  { name: 'sbom', what: 'write a CycloneDX bill of materials for each release', run: writeSboms },
  { name: 'images', what: "build and push the images for this machine's kind of processor", run: pushPlatformImages },
  { name: 'index', what: 'put the images of all kinds under one tag', run: pushIndexes },
  { name: 'chart', what: 'pack and push the chart', run: pushChart },
  { name: 'sign', what: 'sign images and chart', run: sign },
  {
    name: 'github',
    what: 'make tags and releases on GitHub, with notes, bills of materials, tarballs and the agent',
    run: releaseOnGithub,
  },
];

async function pack(place: Place): Promise<void> {
  const { root, folder } = place;
  await changeset(root, ['pack', '--out-dir', packedFolder(folder)], await chosenRegistry(root));
  await checkTarballs(readPlan(folder));
  await packAgent(place);
}

async function publish({ root, folder }: Place): Promise<void> {
  await changeset(
    root,
    ['publish', '--no-git-tag', '--from-pack-dir', packedFolder(folder)],
    await chosenRegistry(root),
  );
}
