import type { SyncReport } from '@stoker/sync-engine';
import { exitCodeOf, exitCodes } from '../cli/exitCode.ts';
import { describeChange, describeOutcome, failedOutcome, type Outcome } from '../cli/output.ts';
import type { Invocation } from '../cli/parseArguments.ts';
import { createProgressBar } from '../cli/progressBar.ts';
import type { Terminal } from '../cli/terminal.ts';
import { convergeOnce } from './convergeOnce.ts';

/** `sync` and `diff`: one convergence, or one look at what it would be. Resolves to the exit code. */
export async function runSync(
  invocation: Invocation,
  { stdout, stderr }: Terminal,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  const bar = createProgressBar(stderr);
  const json = invocation.values.output === 'json';
  const known = { commit: undefined as string | undefined, ref: invocation.values.ref };
  const onCommit = (commit: string) => void (known.commit = commit);
  try {
    const report = await convergeOnce(invocation, {
      env,
      signal,
      onProgress: (progress) => bar.update(progress),
      onCommit,
    });
    bar.clear();
    const { outcome, counts, changes, groups: projects } = report;
    const listed = invocation.command === 'diff' ? { changes, projects } : {};
    const result: Outcome = { outcome, ...known, counts, ...listed };
    stdout.write(json ? `${JSON.stringify(result)}\n` : renderText(result, report));
    return exitCodes.done;
  } catch (error) {
    bar.clear();
    const result = failedOutcome(error, known);
    if (json) stdout.write(`${JSON.stringify(result)}\n`);
    else stderr.write(`stoker-agent ${invocation.command}: ${describeOutcome(result)}\n`);
    return exitCodeOf(error);
  }
}

function renderText(result: Outcome, report: SyncReport): string {
  const changes = result.outcome === 'dry-run' ? report.changes.map(describeChange) : [];
  const kept = report.snapshot === undefined ? [] : [`what was replaced is kept in snapshot ${report.snapshot}`];
  return [...changes, describeOutcome(result), ...kept].map((line) => `${line}\n`).join('');
}
