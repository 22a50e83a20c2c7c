import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import type { SyncJob } from '../converge/job.ts';
import { release } from '../sidecar/testing/fixtures.ts';
import { createSyncWorker, type SyncWorker } from './syncWorkerClient.ts';

/** A thread that speaks the protocol and does what the job's ref says. */
const script = `
import { parentPort } from 'node:worker_threads';
const summary = { outcome: 'synced' };
const reply = (message) => parentPort.postMessage(message);
let ref;
parentPort.on('message', (request) => {
  if (request.kind === 'open') return reply({ kind: 'opened', target: { recovered: 'nothing' } });
  if (request.kind === 'apply') return reply({ kind: 'synced', summary });
  if (request.kind === 'refuseApply') return reply({ kind: 'failed', error: request.error });
  if (request.kind === 'cancel') {
    return reply({ kind: 'failed', error: { reason: 'Cancelled', class: 'waiting', message: 'cancelled' } });
  }
  ref = request.job.ref;
  if (ref === 'exit') process.exit(7);
  if (ref === 'throw') throw new TypeError('boom');
  if (ref === 'ask') {
    reply({ kind: 'progress', progress: { phase: 'stage', done: 1, total: 2 } });
    reply({ kind: 'beforeApply' });
  }
});
`;

let folder: string;
let worker: SyncWorker;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-worker-'));
  writeFileSync(join(folder, 'worker.mjs'), script);
  worker = createSyncWorker(pathToFileURL(join(folder, 'worker.mjs')));
});

afterEach(async () => {
  await worker.stop();
  rmSync(folder, { recursive: true, force: true });
});

function job(ref: string): SyncJob {
  const { id, commit, profile } = release();
  const repository = { url: 'https://git.example.com/x.git', scope: 'cluster', credentials: { kind: 'none' } } as const;
  const places = { target: '/data', cacheDirectory: '/cache', holder: 'pod-1' };
  return { repository, commit, ref, releaseId: id, profile, variables: {}, ...places };
}

describe('the sync thread', () => {
  test('tells how far it is, and changes nothing before it is let', async () => {
    const seen: string[] = [];
    const summary = await worker.sync(job('ask'), {
      onProgress: ({ phase, done, total }) => void seen.push(`${phase} ${done}/${total}`),
      beforeApply: async () => void seen.push('asked'),
    });
    expect([summary, seen]).toEqual([{ outcome: 'synced' }, ['stage 1/2', 'asked']]);
  });

  test('fails with the reason for which it was not let', async () => {
    const refusal = new StokerError('taken', { reason: 'ScanLockUnavailable', class: 'waiting', hint: 'wait' });
    const beforeApply = () => Promise.reject(refusal);
    await expect(worker.sync(job('ask'), { beforeApply })).rejects.toMatchObject({
      reason: 'ScanLockUnavailable',
      class: 'waiting',
      hint: 'wait',
    });
  });

  test('can be cancelled while it is busy, and before it began', async () => {
    const cancel = new AbortController();
    const busy = worker.sync(job('busy'), { signal: cancel.signal });
    cancel.abort();
    await expect(busy).rejects.toMatchObject({ reason: 'Cancelled' });
    await expect(worker.sync(job('busy'), { signal: cancel.signal })).rejects.toMatchObject({ reason: 'Cancelled' });
  });

  test('takes an answer that comes after its sync was cancelled for no other sync', async () => {
    const cancel = new AbortController();
    const late = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const first = worker.sync(job('ask'), {
      signal: cancel.signal,
      beforeApply: () => {
        asked.resolve();
        return late.promise;
      },
    });
    await asked.promise;
    cancel.abort();
    await expect(first).rejects.toMatchObject({ reason: 'Cancelled' });
    const refusal = new StokerError('taken', { reason: 'ScanLockUnavailable', class: 'waiting' });
    const second = worker.sync(job('ask'), {
      beforeApply: async () => {
        late.resolve();
        await turn();
        throw refusal;
      },
    });
    await expect(second).rejects.toMatchObject({ reason: 'ScanLockUnavailable' });
  });

  test.each(['exit', 'throw'])('that dies by %s fails its sync, and the next call has a new one', async (death) => {
    await expect(worker.sync(job(death), {})).rejects.toMatchObject({ reason: 'SyncThreadDied', class: 'transient' });
    expect(await worker.open('/data', 'pod-1')).toEqual({ recovered: 'nothing' });
  });

  test('that was stopped is there again when it is needed', async () => {
    await worker.open('/data', 'pod-1');
    await worker.stop();
    expect(await worker.open('/data', 'pod-1')).toEqual({ recovered: 'nothing' });
  });
});
