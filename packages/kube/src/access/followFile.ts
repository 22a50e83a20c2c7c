import { readFile } from 'node:fs/promises';

export interface FollowedFile {
  /** Its text, without the newline that a file made by hand ends in. Throws when it could never be read. */
  read(): Promise<string>;
  /** What was read is no good any more: the next one reads again. */
  expire(): void;
}

const freshMs = 60_000;

/**
 * A file that somebody else replaces, read again once a minute, by a clock that nobody sets back. As in client-go, what
 * was read before stays in use while the file cannot be read: it may still be good, and if it is not, the server says so.
 */
export function followFile(file: string, now = () => performance.now()): FollowedFile {
  let known: { readonly text: string; readonly readAt: number } | undefined;
  return {
    read: async () => {
      if (known && now() - known.readAt < freshMs) return known.text;
      const readAt = now();
      try {
        known = { text: await readText(file), readAt };
      } catch (error) {
        if (!known) throw error;
      }
      return known.text;
    },
    expire: () => {
      if (known) known = { ...known, readAt: -Infinity };
    },
  };
}

async function readText(file: string): Promise<string> {
  const text = (await readFile(file, 'utf8')).trim();
  if (text === '') throw new Error(`${file} is empty`);
  return text;
}
