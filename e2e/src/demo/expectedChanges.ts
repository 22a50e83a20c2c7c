import { createHash } from 'node:crypto';
import type { Commit } from '../site-repository/nextCommit.ts';
import type { PlantGateway } from '../site-repository/plantGateways.ts';

/** Path in the gateway's data folder → SHA-256 of what has to be there; null where nothing may be left. */
export type Expected = ReadonlyMap<string, string | null>;

/** What a commit has to change in one gateway, by the mappings of its profile. */
export function expectedChanges({ area, project }: PlantGateway, changes: Commit['changes']): Expected {
  const destinations = {
    'projects/plant-base/': 'projects/plant-base/',
    [`projects/${project}/`]: `projects/${project}/`,
    [`tags/${area}/`]: `config/resources/core/ignition/tag-definition/${area}/`,
  };
  const expected = new Map<string, string | null>();
  for (const [source, destination] of Object.entries(destinations)) {
    for (const [path, content] of changes) {
      if (!path.startsWith(source)) continue;
      const hash = content === null ? null : createHash('sha256').update(content).digest('hex');
      expected.set(destination + path.slice(source.length), hash);
    }
  }
  return expected;
}

/** The paths where a gateway's folder is not as expected, each with what is wrong. */
export function differences(tree: Readonly<Record<string, string>>, expected: Expected): readonly string[] {
  return [...expected].flatMap(([path, hash]) => {
    const found = tree[path];
    if (found === (hash ?? undefined)) return [];
    if (hash === null) return `${path} is still there`;
    return found === undefined ? `${path} is missing` : `${path} has other content`;
  });
}
