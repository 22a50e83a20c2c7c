import { at, invalidPayload, listAt, textAt } from '../payload/payload.ts';
import { checkedRef, commitOf, place } from '../payload/refs.ts';
import { repositoryUrls } from '../payload/repositories.ts';
import type { Reader } from './reader.ts';

/**
 * A notification of Argo CD whose template sends the application: `{"app": {{toJson .app}}}`. What it was synced to is
 * where Stoker should go. An application of several sources tells one event for each.
 */
export const readArgocd: Reader = (payload) => {
  const application = at(payload, 'app') ?? at(payload, 'application');
  const several = listAt(application, 'spec', 'sources');
  const sources = several.length > 0 ? several : [at(application, 'spec', 'source')];
  const events = sources.flatMap((source, index) => {
    const revision = revisionOf(application, several.length > 0 ? index : undefined);
    if (revision === undefined) return [];
    return {
      kind: 'promotion' as const,
      ...place(checkedRef(revision), commitOf(revision)),
      repositories: repositoryUrls([at(source, 'repoURL')]),
    };
  });
  if (events.length > 0) return events;
  throw invalidPayload(
    'the application names no revision under status.sync',
    'let the notification send {"app": {{toJson .app}}}',
  );
};

/** The last finished sync knows best; before there is one, what the comparison found. */
function revisionOf(application: unknown, index: number | undefined): string | undefined {
  const places = [
    ['status', 'operationState', 'syncResult'],
    ['status', 'sync'],
  ];
  const found = places.map((path) => {
    const one = textAt(application, ...path, 'revision');
    const many = listAt(application, ...path, 'revisions')[index ?? 0];
    return index === undefined ? one : typeof many === 'string' && many !== '' ? many : undefined;
  });
  return found.find((revision) => revision !== undefined);
}
