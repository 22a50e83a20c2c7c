// The release before this checkout, made again as it was made then: of its own sources and libraries, by its own scripts.
import { cpSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { layerFolder } from '../cluster/images/layerStore.ts';
import { cacheFolder, checkout } from '../cluster/paths.ts';
import { runProgram } from '../cluster/runProgram.ts';

/** Stands for a release while none has a tag: the first commit with release scripts, some documents and fields ago. */
const beforeAnyRelease = 'a49698129b9dcf4e0fc5bcaf273f4178d0e2a67e';

/** Sources that can be released, and what their scripts need in their environment. */
export interface Sources {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The sources of this checkout. */
export const theseSources: Sources = { root: checkout, env: {} };

/**
 * Checks the release before this one out into `folder`, which is made, with its libraries and bundles. Takes half a minute and the
 * network. Without git's history (a downloaded archive, a shallow clone) it says so and answers these sources.
 */
export async function previousSources(folder: string): Promise<Sources> {
  const commit = await previousCommit();
  if (commit === undefined) {
    console.warn('there is no history of git here: this checkout stands for the release before it, too');
    return theseSources;
  }
  const root = join(folder, 'sources');
  const flags = ['--quiet', '--shared', '--no-checkout', '--upload-pack', `git -c '${trusting}' upload-pack`];
  await git('clone', ...flags, checkout, root);
  await git('-C', root, 'checkout', '--quiet', commit);
  await runProgram('pnpm', ['install', '--frozen-lockfile', '--loglevel=warn'], { cwd: root, env: { CI: 'true' } });
  await runProgram(process.execPath, ['--conditions=@stoker/source', 'scripts/bundle.ts'], { cwd: root });
  return { root, env: { XDG_CACHE_HOME: cacheOfItsOwn(join(folder, 'cache')) } };
}

async function previousCommit(): Promise<string | undefined> {
  if (!existsSync(join(checkout, '.git'))) return undefined;
  // Of what HEAD comes from: another branch may have had newer ones since.
  const before = ['--merged', 'HEAD', '--no-contains', 'HEAD', '--sort=-version:refname'];
  const [newest] = (await git('-C', checkout, 'tag', '--list', '@stoker/controller@*', ...before)).split('\n');
  const [commit] = (
    await git('-C', checkout, 'rev-list', '--ignore-missing', '--max-count=1', newest || beforeAnyRelease)
  ).split('\n');
  return commit || undefined;
}

/** In a container of CI the checkout belongs to a user of the host, and git would refuse it, also the one that a clone starts. */
const trusting = 'safe.directory=*';

function git(...args: string[]): Promise<string> {
  return runProgram('git', ['-c', trusting, ...args]);
}

/** The cache of this machine; of the layers of images a copy, since each checkout forgets those that are not its own. */
function cacheOfItsOwn(folder: string): string {
  const cache = join(folder, 'stoker');
  mkdirSync(cache, { recursive: true });
  for (const name of ['debian', 'helm']) symlinkSync(join(cacheFolder, name), join(cache, name));
  cpSync(layerFolder(), join(cache, 'images'), { recursive: true });
  return folder;
}
