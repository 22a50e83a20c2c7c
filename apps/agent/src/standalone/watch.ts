import { setTimeout as sleep } from 'node:timers/promises';
import { isStokerError } from '@stoker/errors';
import { backoffMs } from '../backoff.ts';
import { exitCodes } from '../cli/exitCode.ts';
import { describeOutcome, failedOutcome, type Outcome } from '../cli/output.ts';
import { parseDuration } from '../cli/parseDuration.ts';
import type { Invocation } from '../cli/parseArguments.ts';
import type { Terminal } from '../cli/terminal.ts';
import { convergeOnce } from './convergeOnce.ts';
import { preparePlan } from './prepare.ts';

/**
 * `watch`: sync for ever. Says one line (or one JSON document) whenever something changed or the outcome did.
 * @param stop aborted by SIGTERM: a sync that has begun to replace files is finished, one that has not is cancelled
 */
export async function runWatch(
  invocation: Invocation,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
  stop: AbortSignal,
): Promise<number> {
  const intervalMs = parseDuration(invocation.values.interval ?? '60s');
  const say = createSpeaker(invocation, terminal);
  await preparePlan(invocation, env); // What is wrong on the command line ends the command; later faults don't.
  let failures = 0;
  while (!stop.aborted) {
    const { outcome, error } = await syncOnce(invocation, env, stop);
    if (stop.aborted && outcome.error?.reason === 'Cancelled') break;
    say(outcome);
    failures = outcome.error === undefined ? 0 : failures + 1;
    const errorClass = isStokerError(error) ? error.class : 'transient';
    await pause(failures === 0 ? intervalMs : backoffMs(errorClass, failures, Math.random()), stop);
  }
  return exitCodes.done;
}

/** Profile and credentials are read again each time: rotating a token needs no restart. */
async function syncOnce(
  invocation: Invocation,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<{ readonly outcome: Outcome; readonly error?: unknown }> {
  const known = { commit: undefined as string | undefined, ref: invocation.values.ref };
  const onCommit = (commit: string) => void (known.commit = commit);
  try {
    const { outcome, counts } = await convergeOnce(invocation, { env, signal, onCommit });
    return { outcome: { outcome, ...known, counts } };
  } catch (error) {
    return { outcome: failedOutcome(error, known), error };
  }
}

function createSpeaker(invocation: Invocation, { stdout, stderr }: Terminal): (outcome: Outcome) => void {
  let before = '';
  return (outcome) => {
    const key = `${outcome.outcome} ${outcome.commit} ${outcome.error?.reason}`;
    if (key === before && outcome.outcome !== 'synced') return;
    before = key;
    if (invocation.values.output === 'json') stdout.write(`${JSON.stringify(outcome)}\n`);
    else (outcome.error === undefined ? stdout : stderr).write(`${describeOutcome(outcome)}\n`);
  };
}

async function pause(durationMs: number, stop: AbortSignal): Promise<void> {
  await sleep(durationMs, undefined, { signal: stop }).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
}
