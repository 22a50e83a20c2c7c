import { runProgram } from '../cluster/runProgram.ts';
import type { Block } from './readPage.ts';

/**
 * Words of the documentation, and what stands for them here; what is only known when a command needs it is asked for then.
 * Longer words are replaced before their parts.
 */
export type Substitutions = Readonly<Record<string, string | (() => Promise<string>)>>;

/** Where the commands of a block are typed. */
export interface Place {
  readonly folder: string;
  readonly substitutions: Substitutions;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Runs what is typed in a block, in a shell that ends with the first command that fails, and answers what it printed. Throws with
 * `where`, such as `docs/quickstart.md:7`, and the commands.
 */
export async function runBlock(block: Block, where: string, { folder, substitutions, env }: Place): Promise<string> {
  const commands = await substitute(typedIn(block), substitutions);
  try {
    return await runProgram('bash', ['-euo', 'pipefail', '-c', commands], { cwd: folder, env });
  } catch (cause) {
    throw new Error(`${where}:\n${commands}`, { cause });
  }
}

/** A block without its prompts. */
function typedIn({ language, text }: Block): string {
  return language === 'console' ? text.replaceAll(/^\$ /gm, '') : text;
}

export async function substitute(text: string, substitutions: Substitutions): Promise<string> {
  let result = text;
  for (const word of Object.keys(substitutions).toSorted((a, b) => b.length - a.length)) {
    if (!result.includes(word)) continue;
    const value = substitutions[word] ?? '';
    result = result.replaceAll(word, typeof value === 'string' ? value : await value());
  }
  return result;
}
