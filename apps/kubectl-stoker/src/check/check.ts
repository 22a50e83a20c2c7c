import { aligned } from '../get/renderTree.ts';
import type { Answer, Request } from '../run.ts';
import { gatherInstallation } from './gatherInstallation.ts';
import { judge, type Verdict } from './judge.ts';

/** `kubectl stoker check`. */
export async function check({ client, namespace, now }: Request): Promise<Answer> {
  const verdicts = judge(await gatherInstallation(client, namespace), now);
  const isWell = verdicts.every(({ outcome }) => outcome !== 'failed');
  return { text: renderVerdicts(verdicts), document: { isWell, checks: verdicts }, isWell };
}

/** A line for each verdict, what to do below it. */
export function renderVerdicts(verdicts: readonly Verdict[]): string {
  const lines = aligned(verdicts.map(({ outcome, what, message }) => [outcome, what, message]));
  return verdicts
    .flatMap(({ hint }, index) => [lines[index] ?? '', ...(hint === undefined ? [] : [`         what to do: ${hint}`])])
    .join('\n');
}
