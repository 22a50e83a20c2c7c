import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { CacheFolders } from '../cache/folders.ts';
import { gitError } from '../gitError.ts';
import { isCommitSha } from '../refName.ts';
import { startTreeRead } from './startTreeRead.ts';

/** Receives the bytes of blobs, in the order in which they were asked for. */
export interface BlobSink {
  begin(index: number, size: number): void;
  write(bytes: Uint8Array): void;
  end(): void;
}

const idsAtATime = 1000;

/**
 * Streams blobs through one `git cat-file --batch --buffer`: no blob is ever whole in memory.
 *
 * @throws StokerError `CacheDamaged` where one is missing; whatever the sink throws
 */
export async function readBlobs(
  folders: CacheFolders,
  blobIds: readonly string[],
  sink: BlobSink,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (blobIds.length === 0) return;
  const wrong = blobIds.find((id) => !isCommitSha(id));
  if (wrong !== undefined) throw gitError('CacheDamaged', `${JSON.stringify(wrong)} is not a blob id`);

  const read = startTreeRead(folders, ['cat-file', '--batch', '--buffer'], signal);
  void askFor(blobIds, read.stdin);
  const parser = batchParser(blobIds, sink);
  for await (const chunk of read.chunks) parser.push(chunk);
  parser.finish();
}

/** Ends silently where git has ended: its exit says more. */
async function askFor(blobIds: readonly string[], stdin: Writable): Promise<void> {
  // Both waits reject with what broke the pipe, which `startGit` hears as well: git's exit code is the error to report.
  const closed = once(stdin, 'close').catch(() => undefined);
  for (let start = 0; start < blobIds.length && stdin.writable; start += idsAtATime) {
    const text = `${blobIds.slice(start, start + idsAtATime).join('\n')}\n`;
    // The same of this one: git has ended, and the loop ends with it.
    if (!stdin.write(text)) await Promise.race([once(stdin, 'drain').catch(() => undefined), closed]);
  }
  stdin.end();
}

/** Takes `<id> blob <size>\n<bytes>\n` apart, wherever the chunks happen to be cut. */
function batchParser(blobIds: readonly string[], sink: BlobSink) {
  let index = 0;
  let header = '';
  let remaining = 0;
  let state: 'header' | 'body' | 'separator' = 'header';

  const begin = (): void => {
    const [id, type, size] = header.split(' ');
    if (id !== blobIds[index] || type !== 'blob') {
      throw gitError('CacheDamaged', `the git cache does not hold the blob ${blobIds[index]}`);
    }
    header = '';
    remaining = Number(size);
    sink.begin(index, remaining);
    state = 'body';
  };

  return {
    push(chunk: Buffer): void {
      let position = 0;
      while (position < chunk.length || (state === 'body' && remaining === 0)) {
        if (state === 'header') {
          const newline = chunk.indexOf(0x0a, position);
          header += chunk.toString('latin1', position, newline === -1 ? chunk.length : newline);
          position = newline === -1 ? chunk.length : newline + 1;
          if (newline !== -1) begin();
        } else if (state === 'body') {
          const piece = chunk.subarray(position, position + remaining);
          if (piece.length > 0) sink.write(piece);
          position += piece.length;
          remaining -= piece.length;
          if (remaining > 0) return;
          sink.end();
          index += 1;
          state = 'separator';
        } else {
          position += 1;
          state = 'header';
        }
      }
    },
    finish(): void {
      if (index < blobIds.length) throw gitError('CacheDamaged', 'the git cache ended in the middle of a blob');
    },
  };
}
