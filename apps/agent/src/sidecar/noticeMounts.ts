import { watch } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describeError } from '@stoker/errors';
import type { Logger } from '@stoker/logging';
import { credentialsVersion } from './credentials.ts';
import type { SidecarPaths } from './environment.ts';
import { readPodFiles } from './podFiles.ts';
import type { StateCell } from './stateCell.ts';

/** The longest that an exchange stays unnoticed where a folder cannot be watched. */
const lookAgainMs = 5_000;

/** Takes over what the kubelet has exchanged in the mounted volumes. Never throws: what cannot be read stays as it was. */
export function createMountsNotice({
  cell,
  paths,
  log,
}: {
  readonly cell: StateCell;
  readonly paths: Pick<SidecarPaths, 'credentials' | 'pod'>;
  readonly log: Logger;
}): () => Promise<void> {
  let saidMessage = '';
  return async () => {
    const version = credentialsVersion(paths.credentials);
    if (version !== cell.state.credentialsVersion) {
      cell.update((state) => ({ ...state, credentialsVersion: version }));
    }
    try {
      const pod = await readPodFiles(paths.pod);
      if (!isDeepStrictEqual(pod, cell.state.pod)) cell.update((state) => ({ ...state, pod }));
      saidMessage = '';
    } catch (error) {
      const { message } = describeError(error);
      if (message !== saidMessage) log.warn('labels and annotations of the pod not read', { error });
      saidMessage = message;
    }
  };
}

/**
 * Calls back when the kubelet may have exchanged something: it swaps a link in the folder, and says nothing. Watches are
 * a scarce resource of the node, and an older injector mounts less, so it calls back every few seconds all the same.
 */
export function watchMounts(
  folders: readonly string[],
  { onChange, log }: { readonly onChange: () => void; readonly log: Logger },
): { close(): void } {
  const closers = folders.map((folder) => watchFolder(folder, onChange, log));
  const timer = setInterval(onChange, lookAgainMs).unref();
  return {
    close() {
      clearInterval(timer);
      for (const close of closers) close();
    },
  };
}

function watchFolder(folder: string, onChange: () => void, log: Logger): () => void {
  const onError = (error: unknown) => log.debug('folder not watched; it is looked at instead', { error });
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', (error) => {
      onError(error);
      watcher.close();
    });
    return () => watcher.close();
  } catch (error) {
    onError(error);
    return () => undefined;
  }
}
