import type { SyncReport } from '../types.ts';

const letters = { added: 'A', modified: 'M', deleted: 'D' } as const;

/** A report for people: one line a file, then a summary. The document itself is the stable form for programs. */
export function formatReport(report: SyncReport): string {
  const lines = report.changes.map(
    ({ kind, path, liveEdit }) => `${letters[kind]} ${path}${liveEdit ? '  (was edited here; copy kept)' : ''}`,
  );
  for (const path of report.drifted) lines.push(`~ ${path}  (edited here; left as it is)`);
  for (const path of report.protected) lines.push(`! ${path}  (protected; not written)`);
  const { added, modified, deleted, unchanged } = report.counts;
  const verb = report.outcome === 'dry-run' ? 'would be ' : '';
  lines.push(`${added} ${verb}added, ${modified} ${verb}modified, ${deleted} ${verb}deleted, ${unchanged} unchanged`);
  if (report.overlaid > 0) lines.push(`${report.overlaid} provided by more than one mapping; the later one won`);
  if (report.snapshot !== undefined)
    lines.push(`what was replaced or deleted is kept in .stoker/snapshots/${report.snapshot}`);
  return `${lines.join('\n')}\n`;
}
