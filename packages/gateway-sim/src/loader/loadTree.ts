import { posix } from 'node:path';
import { checkCollections } from './checkCollections.ts';
import { checkResource, isRecord } from './checkResource.ts';
import type { Problem } from './problem.ts';
import type { Tree } from './readTree.ts';

/** Contested between observers, so a switch: is a resource with a wrong signature loaded all the same, or left out? */
export type SignaturePolicy = 'accept' | 'skip';

export interface Loaded {
  readonly problems: readonly Problem[];
  /** Folders of the resources that were taken. */
  readonly resources: readonly string[];
  /** Names of the projects that were taken. */
  readonly projects: readonly string[];
}

/** What a gateway makes of what it read, by the rules of its loader. Pure. */
export function loadTree(tree: Tree, signaturePolicy: SignaturePolicy): Loaded {
  const problems: Problem[] = [...tree.problems, ...checkCollections(tree)];
  const resources: string[] = [];
  for (const [path, document] of tree.documents) {
    if (!path.endsWith('/resource.json')) continue;
    const folder = posix.dirname(path);
    const problem = checkResource(document, (file) => tree.hashes.get(`${folder}/${file}`));
    if (problem) problems.push({ ...problem, path });
    if (!problem || (problem.kind === 'SignatureMismatch' && signaturePolicy === 'accept')) resources.push(folder);
  }
  problems.push(...filesWithoutResource(tree));
  const projects = loadProjects(tree, problems);
  return { problems, resources: resources.sort(), projects };
}

/** Files in `config/resources` and `projects` that lie deep enough to belong to a resource. */
function filesWithoutResource({ hashes }: Tree): Problem[] {
  const folders = new Set<string>();
  for (const path of hashes.keys()) {
    if (/^(config\/resources|projects)\/[^/]+\/[^/]+\/[^/]+\/./.test(path)) folders.add(posix.dirname(path));
  }
  return [...folders]
    .filter((folder) => !hashes.has(`${folder}/resource.json`))
    .map((folder) => ({ kind: 'NoResourceJson', path: folder, message: 'has files and no resource.json' }));
}

function loadProjects({ hashes, documents }: Tree, problems: Problem[]): string[] {
  const names = new Set([...hashes.keys()].flatMap((path) => /^projects\/([^/]+)\/./.exec(path)?.[1] ?? []));
  const projects: string[] = [];
  for (const name of names) {
    const path = `projects/${name}/project.json`;
    const document = documents.get(path);
    if (!isRecord(document) || typeof document['enabled'] !== 'boolean') {
      problems.push({ kind: 'BadProjectJson', path, message: `project ${name} has no usable project.json` });
      continue;
    }
    const { parent } = document;
    if (typeof parent === 'string' && parent !== '' && !names.has(parent)) {
      problems.push({ kind: 'ParentMissing', path, message: `inherits from ${parent}, which is not there` });
      continue;
    }
    projects.push(name);
  }
  return projects.sort();
}
