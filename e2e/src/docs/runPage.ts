import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docsPath } from './pages.ts';
import { fileNameOf, readPage } from './readPage.ts';
import { runBlock, substitute, type Substitutions } from './runBlock.ts';

/**
 * Does what a page of the documentation says: saves its named blocks as files and runs its `sh` blocks, from top to bottom.
 * Answers what each printed. Throws with the block's line.
 */
export async function runPage(
  name: string,
  substitutions: Substitutions,
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-docs-'));
  try {
    const printed: string[] = [];
    for (const block of readPage(docsPath(name)).blocks) {
      const file = fileNameOf(block);
      if (file !== undefined) writeFileSync(join(folder, file), await substitute(block.text, substitutions));
      if (block.language !== 'sh') continue;
      printed.push(await runBlock(block, `docs/${name}:${block.line}`, { folder, substitutions, env }));
    }
    return printed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
