import type { Program } from './program.ts';

/** `kubectl`: the program that kubectl asks for a plugin of its, to be saved as `kubectl_complete-NAME` on the PATH. */
export const shells = ['bash', 'zsh', 'fish', 'kubectl'] as const;
type Shell = (typeof shells)[number];

/** What makes a shell ask `EXECUTABLE __complete WORD…` for one candidate a line. */
export function completionScript({ executable }: Pick<Program, 'executable'>, shell: Shell): string {
  const name = executable.replaceAll(/\W/g, '_');
  return scripts[shell](executable, name);
}

const scripts: Readonly<Record<Shell, (executable: string, name: string) => string>> = {
  bash: (executable, name) => `_${name}() {
  mapfile -t COMPREPLY < <(${executable} __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _${name} ${executable}
`,
  zsh: (executable, name) => `#compdef ${executable}
_${name}() {
  local -a found
  found=("\${(@f)$(${executable} __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -a found
}
compdef _${name} ${executable}
`,
  fish: (executable, name) => `function __${name}
  set --local words (commandline --cut-at-cursor --tokenize) (commandline --cut-at-cursor --current-token)
  ${executable} __complete $words[2..-1] 2>/dev/null
end
complete --command ${executable} --no-files --arguments '(__${name})'
`,
  // The last line tells kubectl that nothing else, such as names of files, is to be offered.
  kubectl: (executable) => `#!/bin/sh
${executable} __complete "$@" 2>/dev/null
echo :4
`,
};
