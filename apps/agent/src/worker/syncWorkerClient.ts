import { Worker } from 'node:worker_threads';
import { StokerError } from '@stoker/errors';
import type { JobHooks, SyncJob } from '../converge/job.ts';
import { fromErrorData, toErrorData } from './errorData.ts';
import { touchedBy } from '../converge/touched.ts';
import type { OpenedTarget, RevertJob, RevertSummary, SyncSummary, WorkerReply, WorkerRequest } from './messages.ts';

/** Syncs in a thread of their own, so that health checks and the watch go on while files are written. One at a time. */
export interface SyncWorker {
  /** Puts an interrupted sync right and says what the target holds. */
  open(target: string, holder: string): Promise<OpenedTarget>;
  sync(job: SyncJob, hooks: JobHooks): Promise<SyncSummary>;
  /** Takes a release back. @throws StokerError of the engine; the target is then as it was */
  revert(job: RevertJob, hooks: Pick<JobHooks, 'signal' | 'beforeApply'>): Promise<RevertSummary>;
  stop(): Promise<void>;
}

type FinalReply = Extract<WorkerReply, { kind: 'opened' | 'synced' | 'reverted' }>;

const nothingTouched = touchedBy([]);
/** A thread keeps some 20 MB, and every gateway pays for it. */
const restMs = 2_000;

/**
 * The thread starts with a call and ends when there was none for a while; after it died, the next call starts another. Errors are StokerErrors.
 * @param script module that runs `serveSyncs`
 */
export function createSyncWorker(script: URL): SyncWorker {
  let current: Worker | undefined;
  let rest: NodeJS.Timeout | undefined;

  function worker(): Worker {
    clearTimeout(rest);
    if (current !== undefined) return current;
    const started = new Worker(script);
    const forget = () => {
      if (current === started) current = undefined;
    };
    // Also heard without a call in flight: an error that nobody hears would end the process.
    started.once('error', forget).once('exit', forget);
    current = started;
    return started;
  }

  /** From here on nobody can be given the thread any more. */
  async function retire(): Promise<void> {
    clearTimeout(rest);
    const retired = current;
    current = undefined;
    await retired?.terminate();
  }

  function call(request: WorkerRequest, { signal, onProgress, beforeApply }: JobHooks): Promise<FinalReply> {
    const thread = worker();
    const send = (message: WorkerRequest) => thread.postMessage(message);
    const { promise, resolve, reject } = Promise.withResolvers<FinalReply>();
    const cancel = () => send({ kind: 'cancel' });
    const crashed = (error: unknown) => reject(workerDied(error));
    const exited = (code: number) => reject(workerDied(new Error(`it exited with code ${code}`)));
    let isOver = false;
    // An answer that comes after its sync was cancelled would be taken for one about the next.
    const answer = (message: WorkerRequest) => !isOver && send(message);
    const receive = (reply: WorkerReply) => {
      if (reply.kind === 'progress') return onProgress?.(reply.progress);
      if (reply.kind === 'beforeApply') {
        Promise.resolve(beforeApply?.(reply.touched ?? nothingTouched)).then(
          () => answer({ kind: 'apply' }),
          (error: unknown) => answer({ kind: 'refuseApply', error: toErrorData(error) }),
        );
        return;
      }
      isOver = true;
      if (reply.kind === 'failed') reject(fromErrorData(reply.error));
      else resolve(reply);
    };
    thread.on('message', receive);
    thread.once('error', crashed);
    thread.once('exit', exited);
    signal?.addEventListener('abort', cancel, { once: true });
    send(request);
    if (signal?.aborted) cancel();
    return promise.finally(() => {
      thread.off('message', receive).off('error', crashed).off('exit', exited);
      signal?.removeEventListener('abort', cancel);
      rest = setTimeout(() => void retire(), restMs).unref();
    });
  }

  return {
    async open(target, holder) {
      const reply = await call({ kind: 'open', target, holder }, {});
      if (reply.kind !== 'opened') throw workerDied(new Error(`unexpected reply ${reply.kind}`));
      return reply.target;
    },
    async sync(job, hooks) {
      const reply = await call({ kind: 'sync', job }, hooks);
      if (reply.kind !== 'synced') throw workerDied(new Error(`unexpected reply ${reply.kind}`));
      return reply.summary;
    },
    async revert(job, hooks) {
      const reply = await call({ kind: 'revert', job }, hooks);
      if (reply.kind !== 'reverted') throw workerDied(new Error(`unexpected reply ${reply.kind}`));
      return reply.reverted;
    },
    stop: retire,
  };
}

/** Out of memory, most likely. What it left half-done is put right by the next sync. */
function workerDied(cause: unknown): StokerError {
  return new StokerError('the sync thread ended unexpectedly', {
    reason: 'SyncThreadDied',
    class: 'transient',
    hint: 'if this repeats, raise the memory limit of the stoker-agent container',
    cause,
  });
}
