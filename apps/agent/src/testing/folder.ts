import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The regular files of a folder with their text, Stoker's own working folder left out. */
export function readFolder(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !path.startsWith('.stoker/'))
    .toSorted();
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

/** Waits until it is true; throws with the sentence after ten seconds. */
export async function eventually(
  sentence: string,
  holds: () => boolean | Promise<boolean>,
  { everyMs = 20, withinMs = 10_000 } = {},
): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`it never came true that ${sentence}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
