import { nearest, usageError } from '@stoker/command-line';
import type { Stoker } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';

/**
 * The one that was named, or the only one there is. Throws a sentence that names those to choose from.
 * @param namespace undefined: they are those of all
 */
export function chooseStoker(
  found: readonly Stoker[],
  name: string | undefined,
  namespace: string | undefined,
): Stoker {
  const names = found.map(({ metadata }) => metadata.name);
  const [only] = found;
  if (name === undefined && found.length > 1) {
    throw usageError(`${placeOf(namespace)} has several Stokers`, `name one of ${names.join(', ')}`);
  }
  const chosen = name === undefined ? only : found.find(({ metadata }) => metadata.name === name);
  if (chosen !== undefined) return chosen;
  throw notFound(name === undefined ? 'no Stoker' : `no Stoker "${name}"`, { typed: name, names, namespace });
}

/** What is not there, with what was meant where that can be guessed. */
export function notFound(
  what: string,
  {
    typed,
    names,
    namespace,
  }: { readonly typed: string | undefined; readonly names: readonly string[]; readonly namespace: string | undefined },
): StokerError {
  const meant = typed === undefined ? undefined : nearest(typed, names);
  const some = names.slice(0, 10).join(', ');
  const choose = some === '' ? lookElsewhere(namespace) : `there are ${some}`;
  return new StokerError(`${placeOf(namespace)} has ${what}`, {
    reason: 'NotFound',
    class: 'stalled',
    hint: meant === undefined ? choose : `did you mean "${meant}"?`,
  });
}

function lookElsewhere(namespace: string | undefined): string {
  return namespace === undefined
    ? 'is it the right cluster? choose with --context or --kubeconfig'
    : 'choose another namespace with --namespace; "kubectl stoker get --all-namespaces" lists all';
}

function placeOf(namespace: string | undefined): string {
  return namespace === undefined ? 'this cluster' : `namespace ${namespace}`;
}
