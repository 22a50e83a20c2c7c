import { setTimeout as sleep } from 'node:timers/promises';
import { isStokerError } from '@stoker/errors';
import { backoffMs } from '../backoff.ts';
import { exitCodes } from '../cli/exitCode.ts';
import { describeOutcome, failedOutcome, type Outcome } from '../cli/output.ts';
import { parseDuration } from '../cli/parseDuration.ts';
import type { Invocation } from '../cli/parseArguments.ts';
import type { Terminal } from '../cli/terminal.ts';
import { cancelled } from '../converge/cancelled.ts';
import { convergeOnce } from './convergeOnce.ts';
import { preparePlan } from './prepare.ts';

/** The sync in flight gets this long to end after SIGTERM, then it is cancelled at a safe point. */
const graceMs = 30_000;

/**
 * `watch`: sync for ever. Says one line (or one JSON document) whenever something changed or the outcome did.
 * @param stop aborted by SIGTERM
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
  const cancel = cancelAfterGrace(stop);
  let failures = 0;
  while (!stop.aborted) {
    const { outcome, error } = await syncOnce(invocation, env, cancel);
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

function cancelAfterGrace(stop: AbortSignal): AbortSignal {
  const cancel = new AbortController();
  const begin = () => setTimeout(() => cancel.abort(cancelled()), graceMs).unref();
  if (stop.aborted) begin();
  else stop.addEventListener('abort', begin, { once: true });
  return cancel.signal;
}

async function pause(durationMs: number, stop: AbortSignal): Promise<void> {
  await sleep(durationMs, undefined, { signal: stop }).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
}
