import type { KubeObject, ResourceType } from '../types.ts';

export interface Target {
  /** All namespaces when undefined or empty. */
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
}

/** The path of a collection or of one object, with its query. Throws `TypeError` for a namespaced object without one. */
export function resourcePath<T extends KubeObject>(type: ResourceType<T>, target: Target): string {
  const { namespace = '', name, subresource } = target;
  if (type.namespaced && namespace === '' && name !== undefined) {
    throw new TypeError(`${type.kind} ${name} needs a namespace`);
  }
  const parts = [
    type.group === '' ? 'api' : `apis/${type.group}`,
    type.version,
    ...(type.namespaced && namespace !== '' ? ['namespaces', encodeURIComponent(namespace)] : []),
    type.plural,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ...(subresource === undefined ? [] : [subresource]),
  ];
  const query = new URLSearchParams();
  for (const [parameter, value] of Object.entries(target.query ?? {})) if (value) query.set(parameter, value);
  return `/${parts.join('/')}${query.size === 0 ? '' : `?${query.toString()}`}`;
}

/** `group/version`, as objects carry it. */
export function apiVersionOf<T extends KubeObject>({ group, version }: ResourceType<T>): string {
  return group === '' ? version : `${group}/${version}`;
}
