import { isRecord } from './checkResource.ts';
import type { Loaded } from './loadTree.ts';
import type { Tree } from './readTree.ts';

/** A resource of `config/resources` that a scan has loaded. */
export interface ResourceFolder {
  readonly collection: string;
  readonly module: string;
  readonly type: string;
  /** Undefined: a singleton. */
  readonly name: string | undefined;
  readonly signature: string;
  /** What its `config.json` holds. */
  readonly config: unknown;
}

/** What a scan of the configuration has loaded; of a resource in several collections, the one of the last that is looked up first. */
export function loadedResources(
  loaded: Loaded,
  { documents }: Tree,
  collections: readonly string[],
): readonly ResourceFolder[] {
  const effective = new Map<string, ResourceFolder>();
  const rank = ({ collection }: ResourceFolder) => collections.indexOf(collection);
  for (const folder of loaded.resources) {
    const [, , collection = '', module = '', type = '', ...rest] = folder.split('/');
    const name = rest.length === 0 ? undefined : rest.map(decoded).join('/');
    const resource = {
      collection,
      module,
      type,
      name,
      signature: signatureOf(documents.get(`${folder}/resource.json`)),
      config: documents.get(`${folder}/config.json`),
    };
    const key = `${module}/${type}/${name ?? ''}`;
    const before = effective.get(key);
    if (rank(resource) >= 0 && (before === undefined || rank(before) < rank(resource))) effective.set(key, resource);
  }
  return [...effective.values()];
}

/** A project as the gateway lists it; also one whose parent is missing. */
export function loadedProjects({ problems, projects }: Loaded, { documents }: Tree): object[] {
  const orphans = problems
    .filter(({ kind }) => kind === 'ParentMissing')
    .flatMap(({ path }) => /^projects\/([^/]+)\//.exec(path)?.[1] ?? []);
  return [...projects, ...orphans].toSorted().map((name) => {
    const document = documents.get(`projects/${name}/project.json`);
    const { title = name, enabled = true, parent = '', inheritable = false } = isRecord(document) ? document : {};
    return { name, title, enabled, parent, inheritable, invalidParent: orphans.includes(name) };
  });
}

/** A `%` that encodes nothing stands for itself. */
function decoded(segment: string): string {
  return segment.replace(/(%[0-9a-f]{2})+/gi, (encoded) => Buffer.from(encoded.replaceAll('%', ''), 'hex').toString());
}

function signatureOf(document: unknown): string {
  const attributes = isRecord(document) ? document['attributes'] : undefined;
  const signature = isRecord(attributes) ? attributes['lastModificationSignature'] : undefined;
  return typeof signature === 'string' ? signature : '';
}
