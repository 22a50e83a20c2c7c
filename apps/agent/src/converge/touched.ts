/** What of a gateway a plan changes, as the gateway itself calls it. */
export interface Touched {
  /** With any change in them. */
  readonly projects: readonly string[];
  /** Whose `project.json` is written. */
  readonly writtenProjects: readonly string[];
  /** Whose `project.json` is deleted. */
  readonly deletedProjects: readonly string[];
  /** `<module>/<type>/<name>`, of a singleton `<module>/<type>`. */
  readonly resources: readonly string[];
  /** Those of them whose `resource.json` is added where every deployment mode finds it. */
  readonly addedResources: readonly string[];
  /** Those of them whose `resource.json` is deleted. */
  readonly deletedResources: readonly string[];
}

/** A first sync changes thousands of resources; before it there was no gateway whose state could be compared. */
const mostResources = 500;

/** Reads it from the paths of a plan. Pure. */
export function touchedBy(changes: readonly { readonly path: string; readonly kind: string }[]): Touched {
  const projects = { touched: new Set<string>(), written: new Set<string>(), deleted: new Set<string>() };
  const resources = { touched: new Set<string>(), added: new Set<string>(), deleted: new Set<string>() };
  for (const { path, kind } of changes) {
    const [, project, rest] = /^projects\/([^./][^/]*)\/(.+)$/.exec(path) ?? [];
    if (project !== undefined) {
      projects.touched.add(project);
      if (rest === 'project.json') (kind === 'deleted' ? projects.deleted : projects.written).add(project);
    }
    const resource = resourceOf(path);
    if (resource === undefined || (resources.touched.size >= mostResources && !resources.touched.has(resource)))
      continue;
    resources.touched.add(resource);
    if (!path.endsWith('/resource.json')) continue;
    if (kind === 'deleted') resources.deleted.add(resource);
    if (kind === 'added' && path.startsWith('config/resources/core/')) resources.added.add(resource);
  }
  return {
    projects: [...projects.touched],
    writtenProjects: [...projects.written],
    deletedProjects: [...projects.deleted],
    resources: [...resources.touched],
    addedResources: [...resources.added],
    deletedResources: [...resources.deleted],
  };
}

/** What two plans change. */
export function bothTouched(one: Touched, other: Touched): Touched {
  const both = (of: keyof Touched) => [...new Set([...one[of], ...other[of]])];
  return {
    projects: both('projects'),
    writtenProjects: both('writtenProjects'),
    deletedProjects: both('deletedProjects'),
    resources: both('resources'),
    addedResources: both('addedResources'),
    deletedResources: both('deletedResources'),
  };
}

/** `config/resources/<collection>/<module>/<type>/<name…>/<file>`; segments of a name may be %-encoded. */
function resourceOf(path: string): string | undefined {
  const [config, folder, collection, module, type, ...rest] = path.split('/');
  if (config !== 'config' || folder !== 'resources' || collection === undefined || type === undefined) return undefined;
  if (rest.length === 0) return undefined;
  return [module, type, ...rest.slice(0, -1).map(decoded)].join('/');
}

/** A `%` that encodes nothing stands for itself. */
function decoded(segment: string): string {
  return segment.replace(/(%[0-9a-f]{2})+/gi, (encoded) => Buffer.from(encoded.replaceAll('%', ''), 'hex').toString());
}
