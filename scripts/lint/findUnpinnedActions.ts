/** Each action that a workflow takes by a name that can be moved, instead of by a commit with its version behind it. */
export function findUnpinnedActions(file: string, workflow: string): string[] {
  return workflow.split('\n').flatMap((line, index) => {
    const used = /^\s*(?:- )?uses:\s*(.+)$/.exec(line)?.[1];
    if (!used || used.startsWith('./') || /^\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used)) return [];
    return [`${file}:${index + 1}: ${used} is not pinned as NAME@COMMIT # vX.Y.Z`];
  });
}
