import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StandIn {
  /** What to put first on PATH. */
  readonly folder: string;
  /** What it was asked to change since the last call of this, one line a command. */
  calls(): string[];
}

/** Stands in for `gh`: knows the releases whose tag begins with `known` and no pull request, and writes down what it is asked to make or change. */
export function standInForGh(folder: string, known: string): StandIn {
  mkdirSync(folder);
  const log = join(folder, 'calls');
  const program = `#!/bin/sh
case "$2 $3" in
  "view ${known}"*) ;;
  view*) exit 1 ;;
  *) echo "$@" >>'${log}' ;;
esac
`;
  writeFileSync(join(folder, 'gh'), program, { mode: 0o755 });
  return {
    folder,
    calls: () => {
      const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
      rmSync(log, { force: true });
      return lines;
    },
  };
}
