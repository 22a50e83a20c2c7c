import { quotePath, syncError } from '../syncError.ts';

/** Watches the content of one file on its way to the disk. */
export interface ContentCheck {
  update(bytes: Uint8Array): void;
  /** Throws `LfsPointer` or `InvalidJson`. */
  finish(): void;
}

/** `*.json` is parsed up to this size, whole in memory; a larger file is written unparsed. */
const maximumParsedBytes = 8 * 1024 * 1024;

const lfsHeader = 'version https://git-lfs.github.com/spec/v1\n';
const maximumPointerBytes = 1024;

/** Looks for what must not go live: the pointer of a git-lfs file instead of the file, and JSON that is none. */
export function checkContent(path: string, sizeBytes: number): ContentCheck {
  const mayBePointer = sizeBytes <= maximumPointerBytes;
  const isJson = path.toLowerCase().endsWith('.json') && sizeBytes <= maximumParsedBytes;
  if (!mayBePointer && !isJson) return { update: () => undefined, finish: () => undefined };
  const chunks: Uint8Array[] = [];
  return {
    // Copied: the sender may use its buffer again.
    update: (bytes) => chunks.push(Uint8Array.from(bytes)),
    finish: () => {
      const content = Buffer.concat(chunks);
      if (mayBePointer && content.toString('latin1').startsWith(lfsHeader)) throw lfsPointer(path);
      if (isJson) parseAsJson(path, content);
    },
  };
}

function parseAsJson(path: string, content: Uint8Array): void {
  try {
    // Drops a byte order mark, which readers of configuration files tolerate, and refuses what is not UTF-8.
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    const detail = error instanceof SyntaxError ? `: ${error.message.replace(/, "[^]*$/, '')}` : ': not UTF-8';
    throw syncError(
      'InvalidJson',
      `${quotePath(path)} is not valid JSON${detail}`,
      'correct the file in the source',
      error,
    );
  }
}

function lfsPointer(path: string): Error {
  return syncError(
    'LfsPointer',
    `${quotePath(path)} is a git-lfs pointer, not the file itself`,
    'commit the file without git-lfs, or exclude it',
  );
}
