import { runLocalGit } from '../cache/folders.ts';
import type { CacheFolders } from '../cache/folders.ts';

/** Whoever a commit says has written it: what the commit's maker put there, and no proof of anything. */
export interface CommitAuthor {
  readonly name: string;
  readonly email: string;
}

const longest = 256;

/** Undefined where the commit is not in the cache, or names nobody. */
export async function readAuthor(folders: CacheFolders, commit: string): Promise<CommitAuthor | undefined> {
  const { code, stdout } = await runLocalGit(folders, ['cat-file', 'commit', commit]);
  return code === 0 ? authorIn(stdout.toString()) : undefined;
}

/** The headers of a commit end with the first empty line; what comes behind it may look like anything. */
export function authorIn(commit: string): CommitAuthor | undefined {
  const [headers = ''] = commit.split('\n\n', 1);
  const [, name, email] = /^author (.*) <(.*)> \d+ [-+]\d{4}$/m.exec(headers) ?? [];
  return name === undefined || email === undefined ? undefined : { name: plain(name), email: plain(email) };
}

function plain(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, longest)
    .toWellFormed();
}
