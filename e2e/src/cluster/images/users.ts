import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkout } from '../paths.ts';

/** The user an image runs as unless a pod says otherwise: Ignition's own. */
export const defaultUser = 2003;

/** The user that the chart's pods run as. Throws where the chart names none. */
export function chartUser(): number {
  const template = 'deploy/charts/stoker/templates/_helpers.tpl';
  const user = /^ *runAsUser: (\d+)$/m.exec(readFileSync(join(checkout, template), 'utf8'))?.[1];
  if (user === undefined) throw new Error(`${template} has no runAsUser`);
  return Number(user);
}

/** The user that a product's image runs as in a cluster: the agent runs in pods of gateways. */
export function userInCluster(name: string): number {
  return name === 'stoker-agent' ? defaultUser : chartUser();
}
