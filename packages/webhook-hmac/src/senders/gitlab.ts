import { header } from '../headers.ts';
import { at, invalidPayload, notRelevant, textAt } from '../payload/payload.ts';
import { commitOf, place, tagRef } from '../payload/refs.ts';
import { repositoryUrls } from '../payload/repositories.ts';
import type { WebhookEvent } from '../types.ts';
import { readPush } from './gitPush.ts';
import type { Reader } from './reader.ts';

/** Push, tag and release events of GitLab, of projects, groups and whole instances (system hooks). */
export const readGitlab: Reader = (payload, headers) => {
  // The event's own UUID is shared by the hooks that one event sets off; these two name the delivery.
  const delivery =
    header(headers, 'webhook-id') ?? header(headers, 'idempotency-key') ?? header(headers, 'x-gitlab-event-uuid');
  return [{ ...readGitlabEvent(payload), ...(delivery === undefined ? {} : { delivery }) }];
};

function readGitlabEvent(payload: unknown): Omit<WebhookEvent, 'sender' | 'delivery'> {
  const event = textAt(payload, 'object_kind') ?? textAt(payload, 'event_name') ?? '';
  const repositories = repositoriesOf(payload);
  switch (event) {
    case 'push':
    case 'tag_push':
      // `after` of an annotated tag is the tag's own object.
      return readPush(payload, textAt(payload, 'checkout_sha') ?? textAt(payload, 'after'), repositories);
    case 'release': {
      if (at(payload, 'action') === 'delete') throw notRelevant('a release was deleted');
      const tag = textAt(payload, 'tag');
      if (tag === undefined) throw invalidPayload('the release names no tag', 'send the payload as GitLab makes it');
      return { kind: 'release', ...place(tagRef(tag), commitOf(textAt(payload, 'commit', 'id'))), repositories };
    }
    default:
      throw notRelevant(`an event "${event.slice(0, 50)}" moves no ref`);
  }
}

function repositoriesOf(payload: unknown): readonly string[] {
  const project = ['git_http_url', 'git_ssh_url', 'web_url', 'http_url', 'ssh_url'];
  const repository = ['git_http_url', 'git_ssh_url', 'homepage', 'url'];
  return repositoryUrls([
    ...project.map((field) => at(payload, 'project', field)),
    ...repository.map((field) => at(payload, 'repository', field)),
  ]);
}
