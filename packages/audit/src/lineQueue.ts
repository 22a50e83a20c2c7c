/** A line that waits for its delivery. */
export interface QueuedLine {
  readonly text: string;
  readonly bytes: number;
  /** How many lost records it tells of; 0 for a record of its own. */
  readonly tells: number;
}

/** Lines in order, bounded by their bytes. */
export interface LineQueue {
  readonly bytes: number;
  readonly isEmpty: boolean;
  /** False when there is no room: then nothing was added. */
  add(line: QueuedLine): boolean;
  /** The oldest lines that fit into so many bytes, one at least; they stay until they are removed. */
  peek(maxBytes: number): readonly QueuedLine[];
  remove(count: number): void;
}

export function queuedLine(text: string, tells = 0): QueuedLine {
  return { text, bytes: Buffer.byteLength(text) + 1, tells };
}

export function createLineQueue(maxBytes: number): LineQueue {
  let lines: QueuedLine[] = [];
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    get isEmpty() {
      return lines.length === 0;
    },
    add: (line) => {
      if (bytes + line.bytes > maxBytes) return false;
      lines.push(line);
      bytes += line.bytes;
      return true;
    },
    peek: (most) => {
      let size = 0;
      const end = lines.findIndex((line, index) => (size += line.bytes) > most && index > 0);
      return lines.slice(0, end === -1 ? lines.length : end);
    },
    remove: (count) => {
      for (const line of lines.slice(0, count)) bytes -= line.bytes;
      lines = lines.slice(count);
    },
  };
}
