import { startInetd } from './inetd.ts';

export interface GitDaemon {
  readonly port: number;
  /** `git://127.0.0.1:34567/site.git` */
  url(repository: string): string;
  close(): Promise<void>;
}

/** Serves the bare repositories in `root` by the git protocol: `git daemon`. */
export async function startGitDaemon(
  root: string,
  options: { readonly host?: string; readonly port?: number } = {},
): Promise<GitDaemon> {
  const host = options.host ?? '127.0.0.1';
  const program = ['git', 'daemon', '--inetd', '--export-all', `--base-path=${root}`, root] as const;
  const inetd = await startInetd({ host, port: options.port ?? 0 }, program);
  return {
    port: inetd.port,
    close: () => inetd.close(),
    url: (repository) => `git://${host}:${inetd.port}/${repository}`,
  };
}
