import { startJsonSyntax } from './jsonSyntax.ts';
import { quotePath, syncError } from '../syncError.ts';

/** Watches the content of one file on its way to the disk. */
export interface ContentCheck {
  update(bytes: Uint8Array): void;
  /** Throws `LfsPointer` or `InvalidJson`. */
  finish(): void;
}

/** Up to here a file is held in memory and given to JSON.parse, which is faster and says where the fault is. */
const maximumParsedBytes = 1024 * 1024;

const lfsHeader = 'version https://git-lfs.github.com/spec/v1\n';
const maximumPointerBytes = 1024;

/** Looks for what must not go live: the pointer of a git-lfs file instead of the file, and `*.json` that is none. */
export function checkContent(path: string, sizeBytes: number): ContentCheck {
  const isJson = path.toLowerCase().endsWith('.json');
  if (isJson && sizeBytes > maximumParsedBytes) return checkLargeJson(path);
  const mayBePointer = sizeBytes <= maximumPointerBytes;
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

function checkLargeJson(path: string): ContentCheck {
  const syntax = startJsonSyntax();
  return {
    update: (bytes) => syntax.push(bytes),
    finish: () => {
      if (!syntax.finish()) throw invalidJson(path, '', undefined);
    },
  };
}

function parseAsJson(path: string, content: Uint8Array): void {
  try {
    // Drops a byte order mark, which readers of configuration files tolerate, and refuses what is not UTF-8.
    JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch (error) {
    // The end of the message quotes the file, which may hold anything.
    const detail = error instanceof SyntaxError ? error.message.replace(/, "[^]*$/, '') : 'not UTF-8';
    throw invalidJson(path, `: ${detail}`, error);
  }
}

function invalidJson(path: string, detail: string, cause: unknown): Error {
  const message = `${quotePath(path)} is not valid JSON${detail}`;
  return syncError('InvalidJson', message, 'correct the file in the source', cause);
}

function lfsPointer(path: string): Error {
  return syncError(
    'LfsPointer',
    `${quotePath(path)} is a git-lfs pointer, not the file itself`,
    'commit the file without git-lfs, or exclude it',
  );
}
