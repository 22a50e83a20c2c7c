import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../cluster/runProgram.ts';
import { docsPath } from './pages.ts';
import { fileNameOf, readPage } from './readPage.ts';

/**
 * Words of the documentation, and what stands for them here; what is only known when a command needs it is asked for then.
 * Longer words are replaced before their parts.
 */
export type Substitutions = Readonly<Record<string, string | (() => Promise<string>)>>;

/**
 * Does what a page of the documentation says: saves its named blocks as files and runs its `sh` blocks, from top to bottom,
 * each in a shell that ends with the first command that fails. Answers what each printed. Throws with the block's line.
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
      const command = await substitute(block.text, substitutions);
      try {
        printed.push(await runProgram('bash', ['-euo', 'pipefail', '-c', command], { cwd: folder, env }));
      } catch (cause) {
        throw new Error(`docs/${name}:${block.line}:\n${command}`, { cause });
      }
    }
    return printed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function substitute(text: string, substitutions: Substitutions): Promise<string> {
  let result = text;
  for (const word of Object.keys(substitutions).toSorted((a, b) => b.length - a.length)) {
    if (!result.includes(word)) continue;
    const value = substitutions[word] ?? '';
    result = result.replaceAll(word, typeof value === 'string' ? value : await value());
  }
  return result;
}
