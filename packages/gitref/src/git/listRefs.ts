import { tmpdir } from 'node:os';
import type { Listing } from '../listing.ts';
import type { Remote } from '../types.ts';
import { classifyGitFailure } from './classifyGitFailure.ts';
import { runGit } from './runGit.ts';
import { withTransport } from './transport.ts';

const maxOutput = 32 * 1024 * 1024;

/** Lists the named refs with `git ls-remote`, over any transport. */
export async function listRefsWithGit(
  remote: Remote,
  names: readonly string[],
  deadline: { readonly signal: AbortSignal | undefined; readonly timeoutMs: number },
): Promise<Listing> {
  return withTransport(remote, tmpdir(), async (environment) => {
    const list = async (patterns: readonly string[]): Promise<Map<string, string>> => {
      const args = ['ls-remote', '--quiet', '--', remote.url.href, ...patterns];
      const result = await runGit(args, { environment, maxOutput, ...deadline });
      if (result.code !== 0) throw classifyGitFailure(result, remote);
      return parseListing(result.stdout.toString());
    };
    const found = await list(names.flatMap((name) => [name, `${name}^{}`]));
    const refs = names.flatMap((name) => {
      const commit = found.get(`${name}^{}`) ?? found.get(name);
      return commit === undefined ? [] : [{ name, commit }];
    });
    return { refs, empty: refs.length === 0 && (await list(['refs/heads/*'])).size === 0 };
  });
}

function parseListing(text: string): Map<string, string> {
  const lines = text.split('\n').filter((line) => line.includes('\t'));
  return new Map(lines.map((line) => [line.slice(line.indexOf('\t') + 1), line.slice(0, line.indexOf('\t'))]));
}
