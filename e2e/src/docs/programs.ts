import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../cluster/paths.ts';

/** The names under which the documentation calls our programs, and the folders that they are in. */
const programs = {
  'stoker-agent': 'agent',
  'stoker-controller': 'controller',
  'stoker-injector': 'injector-webhook',
  'kubectl-stoker': 'kubectl-stoker',
};

/** Puts our programs into a folder, to be found there on the PATH. They run from their sources: nothing has to be built. */
export function installPrograms(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, app] of Object.entries(programs)) {
    const command = [process.execPath, '--conditions=@stoker/source', join(checkout, 'apps', app, 'src/main.ts')];
    writeFileSync(join(folder, name), `#!/bin/sh\nexec '${command.join("' '")}' "$@"\n`, { mode: 0o755 });
  }
}
