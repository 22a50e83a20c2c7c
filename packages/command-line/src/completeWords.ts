import type { Program } from './program.ts';

/** What the last of `words` may become, by what stands before it. The program's name is not among them. */
export function completeWords(program: Program, words: readonly string[]): readonly string[] {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  return candidates(program, before, typed).filter((candidate) => candidate.startsWith(typed));
}

function candidates(program: Program, before: readonly string[], typed: string): readonly string[] {
  const [command, ...rest] = before;
  if (command === undefined) return [...Object.keys(program.commands), '--help', '--version'];
  const spec = Object.hasOwn(program.commands, command) ? program.commands[command] : undefined;
  if (spec === undefined) return [];
  const valueOf = spec.options.find((name) => {
    const option = program.options[name];
    return option?.value !== undefined && [`--${name}`, `-${option.short}`].includes(rest.at(-1) ?? '');
  });
  if (valueOf !== undefined) return program.options[valueOf]?.choices ?? [];
  if (typed.startsWith('-')) return [...spec.options.map((name) => `--${name}`), '--help'];
  return spec.words.flatMap(({ choices = [] }) => choices);
}
