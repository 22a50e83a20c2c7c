import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { applyStoker, eventually } from '../testing/cluster.ts';
import { pushOf } from '../testing/firstRelease.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

const stokerCount = 100;
/** What the design has within a minute; here they come as fast as they are taken. */
const deliveryCount = 10_000;
const warmUpCount = 500;
const senders = 64;
const commitEveryMs = 500;
const mebibyte = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** In bytes, once all garbage is gone: of objects, of buffers beside them, and what the process holds. */
function memoryInUse() {
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapUsed, external, rss };
}

test('a flood of push events to every replica loses no last commit, and leaves nothing in memory', async () => {
  const plant = thePlant();
  const { client, namespace, repo, repository } = plant;
  await plant.stop();
  const leader = await plant.startReplica('leader');
  const standby = await plant.startReplica('standby');
  try {
    const branches = Array.from({ length: 10 }, (_, index) => `area-${index}`);
    const heads = new Map<string, string>();
    const commitOn = async (branch: string, content: string) => {
      heads.set(branch, await repository.commit({ 'a.json': `{"at":"${branch} ${content}"}` }, { branch }));
    };
    for (const branch of branches) await commitOn(branch, 'first');
    const branchOf = (index: number) => branches[index % branches.length] ?? '';
    const names = Array.from({ length: stokerCount }, (_, index) => `plant-${index}`);
    for (const [index, name] of names.entries()) {
      const spec = { git: { repo, ref: branchOf(index) }, polling: { enabled: false } };
      await applyStoker(client, namespace, name, spec);
    }
    const expectHeads = async () => {
      for (const [index, name] of names.entries()) {
        const { status } = await plant.stoker(name);
        expect([name, status?.commit]).toEqual([name, heads.get(branchOf(index))]);
      }
    };
    await eventually('every CR is on its branch', expectHeads, 60_000);

    const deliver = async (index: number): Promise<number> => {
      const stoker = index % stokerCount;
      const branch = branchOf(stoker);
      const port = index % 2 === 0 ? leader.receiverPort : standby.receiverPort;
      const event = pushOf(plant, heads.get(branch) ?? '', `refs/heads/${branch}`);
      const answer = await plant.push(`/webhook/${namespace}/${names[stoker]}`, event, { port });
      await answer.arrayBuffer();
      return answer.status;
    };
    await eventually('the standby knows every CR', async () => {
      for (let index = 1; index < stokerCount; index += 2) expect(await deliver(index)).toBe(202);
    });
    const statuses = new Map<number, number>();
    const flood = async (from: number, to: number): Promise<void> => {
      let next = from;
      const send = async (): Promise<void> => {
        for (let index = next++; index < to; index = next++) {
          const status = await deliver(index);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: senders }, send));
    };
    await flood(0, warmUpCount);
    const before = memoryInUse();
    const sending = { isOver: false };
    let peak = before.rss;
    const flooded = flood(warmUpCount, warmUpCount + deliveryCount).finally(() => (sending.isOver = true));
    for (let round = 0; !sending.isOver; round += 1) {
      await commitOn(branchOf(round), `round ${round}`);
      await setTimeout(commitEveryMs);
      peak = Math.max(peak, process.memoryUsage().rss);
    }
    await flooded;
    // Each branch's last push is announced like all others.
    for (let index = 0; index < stokerCount; index += 1) expect(await deliver(index)).toBe(202);
    expect(Object.fromEntries(statuses)).toEqual({ 202: warmUpCount + deliveryCount });
    await eventually('every CR is on the last commit of its branch', expectHeads, 60_000);
    // Buffers of idle connections go with these, some seconds later; what leaks stays.
    await eventually('what the flood took is given back', () => {
      const after = memoryInUse();
      expect(after.heapUsed - before.heapUsed).toBeLessThan(16 * mebibyte);
      expect(after.external - before.external).toBeLessThan(16 * mebibyte);
    });
    // What a replica may use at all is 384 MiB, and these are two.
    expect(peak - before.rss).toBeLessThan(256 * mebibyte);
  } finally {
    await standby.stop();
    await leader.stop();
  }
}, 300_000);
