import type { StokerSummary } from './summariseStoker.ts';

/** A tree of Stokers and gateways, in columns. */
export function renderTree(
  stokers: readonly StokerSummary[],
  { withNamespace }: { readonly withNamespace: boolean },
): string {
  return stokers.map((stoker) => renderStoker(stoker, withNamespace)).join('\n\n');
}

function renderStoker(stoker: StokerSummary, withNamespace: boolean): string {
  const { namespace, name, ref, commit, gateways, gatewayCount, syncedGateways, paused, ready } = stoker;
  const head = [
    withNamespace ? `${namespace}/${name}` : name,
    `${ref} ${short(commit)}`,
    `${syncedGateways}/${gatewayCount} synced`,
    ...(paused ? ['paused'] : []),
    ready.status === 'True' ? 'ready' : `not ready: ${ready.reason}: ${ready.message}`,
  ];
  const rows = gateways.map(({ name: gateway, state, ref: own, commit: runs, reason, message }) => [
    gateway,
    state,
    short(runs),
    [own === ref ? '' : (own ?? ''), reason === undefined ? '' : `${reason}: ${message}`].filter(Boolean).join('  '),
  ]);
  const unlisted = gatewayCount - gateways.length;
  const unlistedSynced = Math.min(unlisted, syncedGateways - gateways.filter(({ synced }) => synced).length);
  const lines = [
    ...aligned(rows),
    ...(unlisted > unlistedSynced ? [`${unlisted - unlistedSynced} more that are not synced`] : []),
    ...(unlistedSynced > 0 ? [`${unlistedSynced} more that are synced`] : []),
  ];
  return [head.join('  '), ...lines.map((line, index) => `${index === lines.length - 1 ? '└─' : '├─'} ${line}`)].join(
    '\n',
  );
}

function short(commit: string | undefined): string {
  return commit?.slice(0, 8) ?? '-';
}

/** Rows of text with their columns below one another. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
