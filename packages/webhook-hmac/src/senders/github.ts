import { header } from '../headers.ts';
import { at, invalidPayload, notRelevant, textAt } from '../payload/payload.ts';
import { branchRef, commitOf, tagRef } from '../payload/refs.ts';
import { repositoryUrls } from '../payload/repositories.ts';
import type { WebhookEvent } from '../types.ts';
import { readPush } from './gitPush.ts';
import type { Reader } from './reader.ts';

/** Events `push`, `release`, `create` and `ping` of GitHub. */
export const readGithub: Reader = (payload, headers) => {
  const delivery = header(headers, 'x-github-delivery');
  const event = readGithubEvent(header(headers, 'x-github-event') ?? '', payload);
  return [{ ...event, ...(delivery === undefined ? {} : { delivery }) }];
};

/** Gitea and Forgejo tell the same story under the same names. */
export function readGithubEvent(event: string, payload: unknown): Omit<WebhookEvent, 'sender' | 'delivery'> {
  const repositories = repositoriesOf(payload);
  switch (event) {
    case 'ping':
      return { kind: 'ping', repositories };
    case 'push':
      // `after` of an annotated tag is the tag's own object; the head commit is what it peels to.
      return readPush(payload, textAt(payload, 'head_commit', 'id') ?? textAt(payload, 'after'), repositories);
    case 'create':
      return { ...readCreated(payload), repositories };
    case 'release':
      return { kind: 'release', ref: readReleased(payload), repositories };
    default:
      throw notRelevant(`an event "${event.slice(0, 50)}" moves no ref`);
  }
}

function readCreated(payload: unknown): Omit<WebhookEvent, 'sender' | 'delivery' | 'repositories'> {
  const name = textAt(payload, 'ref');
  if (name === undefined)
    throw invalidPayload('the event "create" names no ref', 'send the payload as the git server makes it');
  const commit = commitOf(textAt(payload, 'sha'));
  const found = commit === undefined ? {} : { commit };
  return at(payload, 'ref_type') === 'tag'
    ? { kind: 'tag', ref: tagRef(name), ...found }
    : { kind: 'push', ref: branchRef(name), ...found };
}

/** The only actions after which the tag of a release is there for everybody. */
const published = ['published', 'released', 'prereleased'];

function readReleased(payload: unknown): string {
  const action = textAt(payload, 'action') ?? 'published';
  if (!published.includes(action) || at(payload, 'release', 'draft') === true) {
    throw notRelevant(`a release that is ${action.slice(0, 50)} moves no ref`);
  }
  const tag = textAt(payload, 'release', 'tag_name');
  if (tag === undefined)
    throw invalidPayload('the release names no tag', 'send the payload as the git server makes it');
  return tagRef(tag);
}

function repositoriesOf(payload: unknown): readonly string[] {
  return repositoryUrls(
    ['clone_url', 'ssh_url', 'html_url', 'git_url'].map((field) => at(payload, 'repository', field)),
  );
}
