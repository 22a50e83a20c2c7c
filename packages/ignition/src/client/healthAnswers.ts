// What a gateway answers about its health and its users, parsed at the border. Unknown fields are left aside.

/** Somebody's open Designer. */
export interface DesignerSession {
  readonly user: string;
  readonly project: string;
}

/** A project as the gateway has loaded it. */
export interface LoadedProject {
  readonly name: string;
  /** It inherits from a project that the gateway does not have. */
  readonly invalidParent: boolean;
}

export interface QuarantinedModule {
  readonly id: string;
  readonly name: string;
  /** In the gateway's own words, where it has some. */
  readonly reason: string | undefined;
}

/** A resource of the configuration as the gateway has loaded it. */
export interface LoadedResource {
  /** Undefined: a singleton. */
  readonly name: string | undefined;
  /** What its health checks complain about, in the gateway's own words. */
  readonly complaints: readonly string[];
}

/** `{items, metadata: {total}}`. Undefined for anything else, and for a page that is not all: who is not on it may be there. */
export function parseItems(value: unknown): readonly Record<string, unknown>[] | undefined {
  if (!isRecord(value) || !Array.isArray(value['items'])) return undefined;
  const items: unknown[] = value['items'];
  const { metadata } = value;
  const total = isRecord(metadata) ? metadata['total'] : undefined;
  if (typeof total === 'number' && total > items.length) return undefined;
  return items.filter(isRecord);
}

export function parseDesigner(item: Record<string, unknown>): DesignerSession {
  return { user: textOf(item['user']) ?? 'somebody', project: textOf(item['project']) ?? '' };
}

export function parseProject(item: Record<string, unknown>): LoadedProject {
  return { name: textOf(item['name']) ?? '', invalidParent: item['invalidParent'] === true };
}

export function parseModule(item: Record<string, unknown>): QuarantinedModule {
  const { id, name, reason, state } = item;
  const known = textOf(id) ?? textOf(name) ?? 'a module without a name';
  return { id: known, name: textOf(name) ?? known, reason: textOf(reason) ?? textOf(state) };
}

/** `healthchecks` is `{<name>: {result: {healthy, message}}}`, as a live gateway gave it. */
export function parseResource(item: Record<string, unknown>): LoadedResource {
  const { name, healthchecks } = item;
  const checks = isRecord(healthchecks) ? Object.entries(healthchecks) : [];
  const complaints = checks.flatMap(([check, value]) => {
    const result = isRecord(value) ? value['result'] : undefined;
    if (!isRecord(result) || result['healthy'] !== false) return [];
    return [textOf(result['message']) ?? `its health check ${check} fails`];
  });
  return { name: textOf(name), complaints };
}

/** A whole stack trace is nothing for a status that people read. */
const longestText = 500;

function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length <= longestText ? value : `${value.slice(0, longestText - 1)}…`;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
