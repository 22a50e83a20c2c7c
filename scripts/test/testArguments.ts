// What `npm test` was asked for. Pure, so that its rules are tested.

const tiers = ['unit', 'api', 'e2e'] as const;
export type Tier = (typeof tiers)[number];

export interface TestPlan {
  readonly tiers: readonly Tier[];
  /** Folders whose tests run, relative to the checkout; all when empty. */
  readonly folders: readonly string[];
  /** Passed on to jest. */
  readonly jestArguments: readonly string[];
}

export const help = `npm test [-- TIER...] [--filter PACKAGE]... [-- JEST ARGUMENTS]

  unit   no server, no cluster; the chart's need Helm, built with Go the first time
  api    against real kube-apiservers and etcds, started here; needs no root
  e2e    the whole product on a real Kubernetes

Without a tier all run, in this order; with --filter only unit. The last line is "N passed, N failed".

  npm test                                     everything
  pnpm test --filter @stoker/gitref            the inner loop of one package
  npm test -- api --filter @stoker/kube        its tests against an API server
  npm test -- unit -- --testNamePattern tags   what follows the second -- goes to jest`;

/** Reads the arguments. Throws with a sentence for the person when they make no sense; `folderOf` knows the workspace. */
export function readTestArguments(args: readonly string[], folderOf: ReadonlyMap<string, string>): TestPlan {
  const end = args.indexOf('--');
  const own = end < 0 ? [...args] : args.slice(0, end);
  const jestArguments = end < 0 ? [] : args.slice(end + 1);
  const chosen = new Set<Tier>();
  const folders: string[] = [];
  for (let index = 0; index < own.length; index += 1) {
    const argument = own[index] ?? '';
    const tier = tiers.find((name) => name === argument);
    if (tier) chosen.add(tier);
    else if (argument === '--filter') folders.push(folder(own[(index += 1)], folderOf));
    else if (argument.startsWith('--filter=')) folders.push(folder(argument.slice('--filter='.length), folderOf));
    else
      throw new Error(
        `"${argument}" is neither a tier (${tiers.join(', ')}) nor --filter; arguments of jest go behind --`,
      );
  }
  const all = folders.length > 0 ? (['unit'] as const) : tiers;
  return { tiers: chosen.size > 0 ? tiers.filter((tier) => chosen.has(tier)) : all, folders, jestArguments };
}

function folder(name: string | undefined, folderOf: ReadonlyMap<string, string>): string {
  const found = folderOf.get(name ?? '');
  if (!found) throw new Error(`there is no package "${name ?? ''}"; there are ${[...folderOf.keys()].join(', ')}`);
  return found;
}
