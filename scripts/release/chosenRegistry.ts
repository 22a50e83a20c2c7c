import { runProgram } from '../../e2e/src/cluster/runProgram.ts';

/**
 * The environment in which pnpm, run in `root`, speaks of our packages to the registry that STOKER_NPM_REGISTRY names.
 * There is no default: which registry npm's configuration means depends on who started the program (`npm run` hands its
 * own down), and what was published once cannot be taken back. Throws when it is not set, or when an `.npmrc` sends
 * `@stoker` elsewhere.
 */
export async function chosenRegistry(root: string): Promise<Readonly<Record<string, string>>> {
  const chosen = process.env['STOKER_NPM_REGISTRY'];
  if (!chosen) throw new Error('set STOKER_NPM_REGISTRY to the registry to publish to, like https://npm.example.com/');
  const env = { PNPM_CONFIG_REGISTRY: chosen };
  const configured = async (key: string) =>
    (await runProgram('pnpm', ['config', 'get', key], { cwd: root, env })).trim();
  const forScope = await configured('@stoker:registry');
  const used = forScope === 'undefined' || forScope === '' ? await configured('registry') : forScope;
  if (withSlash(used) !== withSlash(chosen)) {
    throw new Error(`pnpm would publish to ${used}, not to ${chosen}; take @stoker:registry out of .npmrc`);
  }
  return env;
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}
