// Run by a test in a folder of 64 KiB: fills it, records, makes room again, and says on standard output what became of it.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entry, eventually, openAudited } from './audited.ts';

const [folder = ''] = process.argv.slice(2);
const path = join(folder, 'audit.jsonl');
const ballast = join(folder, 'ballast');
// Between two tries there is time to look at what the first has left.
const { audit, logged } = openAudited({ file: { path }, maxQueuedBytes: 16_384, firstRetryMs: 3_000 });
const message = 'x'.repeat(1_000);

const settled = (isSo: () => boolean): Promise<void> =>
  eventually(() => {
    if (!isSo()) throw new Error('not yet');
  });
const linesOf = async () => (await readFile(path, 'utf8')).split('\n');

audit.record({ ...entry, message: 'before' });
await settled(() => audit.counts[0]?.delivered === 1);
// All pages but those that the file has.
await writeFile(ballast, Buffer.alloc(60 * 1024));
for (let number = 0; number < 20; number++) audit.record({ ...entry, message });
await settled(() => logged().includes('ENOSPC'));
const whileFull = await linesOf();
await rm(ballast);
await settled(() => audit.counts[0]?.queuedBytes === 0);
audit.record({ ...entry, message: 'after' });
await audit.close(1_000);
const lines = (await linesOf()).filter((line) => line !== '');
process.stdout.write(JSON.stringify({ whileFull, lost: audit.counts[0]?.lost.QueueFull, lines }));
