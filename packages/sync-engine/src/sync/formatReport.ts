import type { FileChange, GroupReport, SyncCounts, SyncReport } from '../types.ts';

const letters = { added: 'A', modified: 'M', deleted: 'D' } as const;

/** A report for people: one line a file, then a summary. The document itself is the stable form for programs. */
export function formatReport(report: SyncReport): string {
  const verb = report.outcome === 'dry-run' ? 'would be ' : '';
  const lines = report.changes.map(formatChange);
  for (const path of report.drifted) lines.push(`~ ${path}  (edited here; left as it is)`);
  for (const { path } of report.protected) lines.push(`! ${path}  (protected; not written)`);
  for (const group of report.groups) lines.push(formatGroup(group, verb));
  lines.push(formatCounts(report.counts, verb));
  if (report.bytesWritten > 0) lines.push(`${formatBytes(report.bytesWritten)} ${verb}written`);
  if (report.overlaid > 0) lines.push(`${report.overlaid} provided by more than one mapping; the later one won`);
  if (report.snapshot !== undefined)
    lines.push(`what was replaced or deleted is kept in .stoker/snapshots/${report.snapshot}`);
  return `${lines.join('\n')}\n`;
}

function formatChange({ kind, path, liveEdit, sizeBefore, sizeAfter }: FileChange): string {
  const sizes = [sizeBefore, sizeAfter].filter((size) => size !== undefined).map(formatBytes);
  const size = sizes.length === 0 ? '' : `  ${sizes.join(' → ')}`;
  return `${letters[kind]} ${path}${size}${liveEdit ? '  (was edited here; copy kept)' : ''}`;
}

function formatGroup({ folder, counts, drifted }: GroupReport, verb: string): string {
  return `${folder}/: ${formatCounts(counts, verb)}${drifted > 0 ? `, ${drifted} edited here` : ''}`;
}

function formatCounts({ added, modified, deleted, unchanged }: SyncCounts, verb: string): string {
  return `${added} ${verb}added, ${modified} ${verb}modified, ${deleted} ${verb}deleted, ${unchanged} unchanged`;
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const power = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return `${(bytes / 1024 ** power).toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB'][power]}`;
}
