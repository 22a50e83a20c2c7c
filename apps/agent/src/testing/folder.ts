import { type Dirent, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The regular files of a folder with their text, Stoker's own working folder left out. */
export function readFolder(folder: string): Record<string, string> {
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== '.stoker')
    .flatMap((entry) => textsOf(folder, entry.name, entry));
  return Object.fromEntries(texts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Somebody may be at work there: what has gone since its folder was listed is not there. */
function textsOf(folder: string, path: string, entry: Dirent): [path: string, text: string][] {
  const place = join(folder, path);
  try {
    if (entry.isFile()) return [[path, readFileSync(place, 'utf8')]];
    if (!entry.isDirectory()) return [];
    const inner = readdirSync(place, { withFileTypes: true });
    return inner.flatMap((below) => textsOf(folder, `${path}/${below.name}`, below));
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
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
