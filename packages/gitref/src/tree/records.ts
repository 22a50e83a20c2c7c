import type { TreeRead } from './startTreeRead.ts';

/** The NUL-terminated records of git's `-z` output, as many at a time as arrived together. */
export async function* records(read: Pick<TreeRead, 'chunks'>): AsyncGenerator<Buffer[], void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of read.chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const batch: Buffer[] = [];
    let start = 0;
    for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0, start)) {
      batch.push(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (batch.length > 0) yield batch;
  }
}
