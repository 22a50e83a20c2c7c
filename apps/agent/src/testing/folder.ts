import { lstatSync, readdirSync, readFileSync } from 'node:fs';
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

/** Every path of a folder, Stoker's own included, with the text of files and when each was last changed. */
export function readTree(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const text = entry.isFile() ? readFileSync(path, 'utf8') : '';
    return [path.slice(folder.length + 1), `${lstatSync(path).mtimeMs} ${text}`] as const;
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Waits until it is true; throws with the sentence after half a minute. */
export async function eventually(
  sentence: string,
  holds: () => boolean | Promise<boolean>,
  { everyMs = 20, withinMs = 30_000 } = {},
): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`it never came true that ${sentence}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
