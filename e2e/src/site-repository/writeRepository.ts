import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Writes files into a work tree; null deletes one. Committing is up to whoever pushes it. */
export async function writeRepository(
  workTree: string,
  changes: ReadonlyMap<string, string | Uint8Array | null>,
): Promise<void> {
  for (const [path, content] of changes) {
    const file = join(workTree, path);
    if (content === null) {
      await rm(file);
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
