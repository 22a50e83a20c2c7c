import type { JobProgress } from '../converge/job.ts';
import type { Terminal } from './terminal.ts';

/** Shorter work needs no bar. */
const quietMs = 500;
const redrawMs = 100;
const width = 24;

const labels: Readonly<Record<JobProgress['phase'], string>> = {
  fetch: 'fetching',
  recover: 'recovering',
  list: 'listing',
  plan: 'planning',
  stage: 'staging',
  apply: 'applying',
  finish: 'finishing',
};

export interface ProgressBar {
  update(progress: JobProgress): void;
  /** Removes the bar from the screen. */
  clear(): void;
}

/** A bar on a terminal, for work that takes long; nothing anywhere else. */
export function createProgressBar(stream: Terminal['stderr'], now: () => number = Date.now): ProgressBar {
  const startedAt = now();
  let drawnAt = 0;
  return {
    update(progress) {
      if (!stream.isTTY || now() - startedAt < quietMs || now() - drawnAt < redrawMs) return;
      drawnAt = now();
      stream.write(`\r\u001b[K${renderProgress(progress)}`);
    },
    clear() {
      if (drawnAt > 0) stream.write('\r\u001b[K');
      drawnAt = 0;
    },
  };
}

/** `staging   [########----------------]  33%  3,300 of 10,000`. */
export function renderProgress({ phase, done, total }: JobProgress): string {
  const label = labels[phase].padEnd(10);
  if (total === 0) return done === 0 ? label.trimEnd() : `${label} ${done.toLocaleString('en')}`;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * width);
  const bar = '#'.repeat(filled) + '-'.repeat(width - filled);
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  return `${label} [${bar}] ${percent}  ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
}
