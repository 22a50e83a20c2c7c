// Run as a process of its own, so that its memory can be measured: `node largeTreeChild.ts <files> <bytes> <target>` syncs so
// many files of that size, whose bytes nobody holds all at once, and prints the peak memory in bytes.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { sync } from '../index.ts';
import type { Source } from '../types.ts';
import { requestFor } from './requests.ts';

const [files = '', bytes = '', target = ''] = process.argv.slice(2);
const size = Number(bytes);
const chunk = Buffer.alloc(64 * 1024, 'stoker ');

function stream(take: (bytes: Uint8Array) => void): void {
  for (let sent = 0; sent < size; sent += chunk.length) take(chunk.subarray(0, size - sent));
}

const hash = createHash('sha256');
stream((part) => hash.update(part));
const blobId = hash.digest('hex');
const source: Source = {
  id: undefined,
  blobHash: 'sha256',
  async *list() {
    for (let file = 0; file < Number(files); file += 1) {
      yield [{ path: `folder-${file % 1000}/file-${file}.bin`, kind: 'file', executable: false, blobId }];
    }
  },
  async read(blobIds, sink) {
    for (const index of blobIds.keys()) {
      sink.begin(index, size);
      stream((part) => sink.write(part));
      sink.end();
    }
  },
};

await sync(requestFor('', target, { source }));
// What getrusage answers begins with the memory of the one that started this process.
const [, kibibytes = ''] = /VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
console.log(Number(kibibytes) * 1024);
