import type { Explanation } from './explain.ts';

/** An explanation for people. */
export function renderExplanation(explanation: Explanation): string {
  const { namespace, stoker, gateway, wanted, runs, isSynced, findings, hidden } = explanation;
  return [
    `gateway ${gateway} of Stoker ${stoker} in namespace ${namespace}`,
    `  wanted  ${wanted.ref} ${short(wanted.commit)}`,
    `  runs    ${runs.commit === undefined ? 'nothing yet' : `${runs.ref} ${short(runs.commit)}`}${
      runs.syncedAt === undefined ? '' : `, synced at ${runs.syncedAt}`
    }`,
    '',
    isSynced ? 'It runs the commit it should.' : 'It is not on that commit, because:',
    ...findings.flatMap(({ where, reason, message, since, hint }, index) => [
      '',
      `${index + 1}. ${where}: ${reason}${since === undefined ? '' : ` since ${since}`}`,
      `   ${message}`,
      ...(hint === undefined ? [] : [`   what to do: ${hint}`]),
    ]),
    ...(hidden.length === 0 ? [] : ['', `You may not read ${hidden.join(' and ')}; there may be more to say.`]),
  ].join('\n');
}

function short(commit: string | undefined): string {
  return commit?.slice(0, 8) ?? '(not resolved)';
}
