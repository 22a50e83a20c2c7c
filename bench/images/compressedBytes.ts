import { createReadStream } from 'node:fs';
import { createGzip } from 'node:zlib';

/** The size of a file packed with gzip, as a registry keeps a layer. */
export async function compressedBytes(file: string): Promise<number> {
  let bytes = 0;
  for await (const chunk of createReadStream(file).pipe(createGzip())) bytes += chunk.length;
  return bytes;
}
