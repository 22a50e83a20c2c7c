import type { MessagePort } from 'node:worker_threads';
import { converge } from '../converge/converge.ts';
import { cancelled } from '../converge/cancelled.ts';
import type { JobResult, SyncJob } from '../converge/job.ts';
import { fromErrorData, toErrorData } from './errorData.ts';
import type { WorkerReply, WorkerRequest } from './messages.ts';
import { openTarget, summarise } from './summarise.ts';
import { takeBack } from './takeBack.ts';

const progressEveryMs = 200;

/** The worker's side: carries out one request at a time and can be cancelled between two blocks of file work. */
export function serveSyncs(port: MessagePort): void {
  const reply = (message: WorkerReply) => port.postMessage(message);
  let cancel = new AbortController();
  let answer: PromiseWithResolvers<void> | undefined;

  port.on('message', (request: WorkerRequest) => {
    if (request.kind === 'cancel') {
      cancel.abort(cancelled());
      answer?.reject(cancelled());
    } else if (request.kind === 'apply') answer?.resolve();
    else if (request.kind === 'refuseApply') answer?.reject(fromErrorData(request.error));
    else {
      cancel = new AbortController();
      carryOut(request).then(reply, (error: unknown) => reply({ kind: 'failed', error: toErrorData(error) }));
    }
  });

  async function carryOut(request: Extract<WorkerRequest, { kind: 'open' | 'sync' | 'revert' }>): Promise<WorkerReply> {
    if (request.kind === 'open') return { kind: 'opened', target: await openTarget(request.target, request.holder) };
    if (request.kind === 'revert') {
      const hooks = { signal: cancel.signal, beforeApply: () => ask({ kind: 'beforeApply' }) };
      return { kind: 'reverted', reverted: await takeBack(request.job, hooks) };
    }
    return { kind: 'synced', summary: summarise(await run(request.job)) };
  }

  function run(job: SyncJob): Promise<JobResult> {
    let sentAtMs = 0;
    let phase: string | undefined;
    return converge(job, {
      signal: cancel.signal,
      onProgress(progress) {
        const now = performance.now();
        if (progress.phase === phase && now - sentAtMs < progressEveryMs) return;
        sentAtMs = now;
        phase = progress.phase;
        reply({ kind: 'progress', progress });
      },
      beforeApply: (touched) => ask({ kind: 'beforeApply', touched }),
    });
  }

  async function ask(question: Extract<WorkerReply, { kind: 'beforeApply' }>): Promise<void> {
    answer = Promise.withResolvers<void>();
    reply(question);
    await answer.promise;
  }
}
