import { join } from 'node:path';
import { checkout } from '../cluster/paths.ts';
import { allMarkdown } from './pages.ts';
import { type Block, readPage } from './readPage.ts';

/** A block of commands, and the file that shows it. */
export interface CommandBlock extends Block {
  readonly file: string;
}

/** Every block of commands that people read, but for `sh` on the pages in `docs/`: those are for `docs.e2e.test.ts`. */
export function commandBlocks(): CommandBlock[] {
  const ofPage = (file: string) => /^docs\/[^/]+$/.test(file);
  return allMarkdown().flatMap((file) =>
    readPage(join(checkout, file))
      .blocks.filter(({ language }) => language === 'console' || (language === 'sh' && !ofPage(file)))
      .map((block) => ({ ...block, file })),
  );
}

/** The block of a file that begins so. Throws when there is none, or more than one. */
export function findBlock(file: string, begins: string): CommandBlock {
  const found = commandBlocks().filter((block) => block.file === file && block.text.startsWith(begins));
  const [block] = found;
  if (!block || found.length > 1)
    throw new Error(`${file} has ${found.length} blocks of commands that begin with "${begins}"`);
  return block;
}
