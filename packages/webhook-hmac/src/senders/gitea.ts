import { header } from '../headers.ts';
import { readGithubEvent } from './github.ts';
import type { Reader } from './reader.ts';

/** Events of Gitea, Forgejo and Gogs. */
export const readGitea: Reader = (payload, headers) => {
  const first = (suffix: string) =>
    ['forgejo', 'gitea', 'gogs']
      .map((name) => header(headers, `x-${name}-${suffix}`))
      .find((value) => value !== undefined);
  const delivery = first('delivery');
  return [{ ...readGithubEvent(first('event') ?? '', payload), ...(delivery === undefined ? {} : { delivery }) }];
};
