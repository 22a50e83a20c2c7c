// Suites of the e2e tier that cannot run on every kind of cluster.
import type { ClusterKind } from '../../e2e/src/cluster/cluster.ts';

interface LeftOut {
  readonly suite: string;
  readonly because: string;
}

const registry = 'the nodes pull from a registry on this machine';
const server = "pods call a server on this machine, at the local cluster's address for it";
const nodes = 'it breaks nodes';

const onlyLocal: readonly LeftOut[] = [
  { suite: 'docs', because: registry },
  { suite: 'external', because: registry },
  { suite: 'installation', because: registry },
  { suite: 'githubApp', because: server },
  { suite: 'hostKeys', because: server },
  { suite: 'images', because: 'it starts a Docker engine of its own, in namespaces, as root' },
];

const notExternal: readonly LeftOut[] = [
  { suite: 'outage', because: nodes },
  { suite: 'survival', because: nodes },
];

/** Which suites do not run on a cluster of this kind, and why. */
export function leftOut(kind: ClusterKind): readonly LeftOut[] {
  if (kind === 'local') return [];
  return kind === 'kind' ? onlyLocal : [...onlyLocal, ...notExternal];
}

/** Has jest leave them out. */
export function leaveOutArguments(found: readonly LeftOut[]): readonly string[] {
  const suites = found.map(({ suite }) => suite).join('|');
  return found.length === 0 ? [] : [`--testPathIgnorePatterns=/e2e/tests/(${suites})\\.e2e\\.test\\.ts$`];
}
