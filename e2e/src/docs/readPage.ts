import { readFileSync } from 'node:fs';

/** A fenced block of Markdown: the words behind its three backticks, and its lines. */
export interface Block {
  readonly language: string;
  readonly text: string;
  readonly line: number;
}

export interface Page {
  readonly blocks: readonly Block[];
  /** As GitHub derives them from headings. */
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly { readonly target: string; readonly line: number }[];
  /** Everything outside of blocks. */
  readonly prose: string;
}

/** Reads a page of Markdown, as far as its tests want to know. */
export function readPage(file: string): Page {
  const blocks: { language: string; text: string; line: number }[] = [];
  const prose: string[] = [];
  let block: (typeof blocks)[number] | undefined;
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const fence = /^ *```(.*)$/.exec(line);
    if (fence && block === undefined) {
      block = { language: fence[1] ?? '', text: '', line: index + 1 };
      blocks.push(block);
    } else if (fence) {
      block = undefined;
    } else if (block) {
      block.text += `${line}\n`;
    }
    prose.push(fence || block ? '' : line);
  }
  return { blocks, anchors: anchorsOf(prose), links: linksOf(prose), prose: prose.join('\n') };
}

function anchorsOf(lines: readonly string[]): Set<string> {
  const seen = new Map<string, number>();
  const headings = lines.flatMap((line) => /^#+ (.*)$/.exec(line)?.[1] ?? []);
  const anchors = headings.map((heading) => {
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number}\p{Mark} _-]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(anchors);
}

/** What stands in brackets and parentheses, also over the end of a line; code between backticks is none. */
function linksOf(lines: readonly string[]): { target: string; line: number }[] {
  const text = lines.map((line) => line.replaceAll(/`[^`]*`/g, '')).join('\n');
  return [...text.matchAll(/\[[^\]]*\]\(([^()\s]+)\)/g)].map((match) => ({
    target: match[1] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }));
}

/** The name under which a reader is told to save a block: its first line, `# plant.yaml`. */
export function fileNameOf({ text }: Block): string | undefined {
  return /^# ([\w.-]+\.[a-z]+)\n/.exec(text)?.[1];
}
