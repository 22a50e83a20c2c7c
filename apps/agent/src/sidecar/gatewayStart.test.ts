import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '@stoker/logging';
import { createGatewayStart, type GatewayStart } from './gatewayStart.ts';
import { expectFirstBoot, isFirstBootAhead } from './firstBoot.ts';
import { openFolder } from './openFolder.ts';
import { hasStartMarker } from './startMarker.ts';
import { initialState } from './state.ts';
import { createStateCell } from './stateCell.ts';
import { applied, document, podUID, release } from './testing/fixtures.ts';
import { withDocument } from './transitions.ts';

let directory: string;
let dataDirectory: string;
const starts: GatewayStart[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-run-'));
  dataDirectory = mkdtempSync(join(tmpdir(), 'stoker-data-'));
});
afterEach(async () => {
  await Promise.all(starts.splice(0).map((start) => start.stop()));
  for (const folder of [directory, dataDirectory]) rmSync(folder, { recursive: true, force: true });
});

const log = createLogger({ app: 'agent', level: 'error' });

/** An agent's life so far, as one process of it sees it. */
async function comeUp() {
  const cell = createStateCell(initialState(podUID));
  const start = await createGatewayStart({ cell, policy: 'LastKnownGood', directory, dataDirectory, log });
  starts.push(start);
  cell.subscribe(() => start.consider());
  /** With the release that the folder holds. */
  const open = async (id?: string) => {
    const held = id === undefined ? undefined : { id, ref: 'main', commit: 'c' };
    const worker = { open: async () => ({ recovered: 'nothing', release: held, syncedAt: undefined }) as const };
    await openFolder({ cell, environment: { dataDirectory, podUID }, worker, log, started: () => start.started });
    expect(cell.state).toMatchObject({ opened: true });
  };
  const ask = (changes?: Parameters<typeof release>[0]) =>
    cell.update((state) => withDocument(state, document({ release: release(changes) })));
  const beforeSync = async () => {
    mkdirSync(join(dataDirectory, '.stoker'), { recursive: true });
    await expectFirstBoot({ cell, environment: { dataDirectory }, started: () => start.started, log });
  };
  const sync = async () => {
    await beforeSync();
    cell.update((state) => ({ ...state, applied: applied(), checkedAtMs: 1 }));
  };
  const putRight = () => cell.update((state) => ({ ...state, debt: 'none' }));
  return { cell, start, open, ask, beforeSync, sync, putRight };
}

describe('the start of a gateway', () => {
  test('waits for the first sync of an empty folder, which is then to be restored after the first boot', async () => {
    const { cell, start, open, ask, sync } = await comeUp();
    await open();
    ask();
    expect(start.started).toBe(false);
    await sync();
    expect([start.started, cell.state.debt]).toEqual([true, 'restoreAndScan']);
    await start.stop();
    expect(await hasStartMarker(directory)).toBe(true);
  });

  test('of a folder that held its release owes nothing', async () => {
    const { cell, start, open, ask } = await comeUp();
    await open('r1');
    ask();
    expect([start.started, cell.state.debt, cell.state.startedStaleAtMs]).toEqual([true, 'none', undefined]);
  });

  test('is not repeated by a restarted agent, whatever git or the API server are doing', async () => {
    const first = await comeUp();
    await first.open();
    first.ask();
    await first.sync();
    await first.start.stop();
    const second = await comeUp();
    expect(second.start.started).toBe(true);
    await second.open('r1');
    expect(second.cell.state.debt).toBe('restoreAndScan');
    second.putRight();
    await second.start.stop();
    const third = await comeUp();
    await third.open('r1');
    expect(third.cell.state.debt).toBe('scan');
  });

  test('is to be put right, too, where the agent that filled the folder was killed before it let the gateway start', async () => {
    const first = await comeUp();
    await first.open();
    await first.beforeSync();
    const second = await comeUp();
    await second.open('r1');
    expect([second.start.started, second.cell.state.debt]).toEqual([false, 'none']);
    second.ask();
    expect([second.start.started, second.cell.state.debt]).toEqual([true, 'restoreAndScan']);
  });

  test('is to be put right, too, by the agent of the next pod on the same volume', async () => {
    const first = await comeUp();
    await first.open();
    first.ask();
    await first.sync();
    await first.start.stop();
    rmSync(join(directory, 'started.json'));
    const second = await comeUp();
    await second.open('r1');
    second.ask();
    expect([second.start.started, second.cell.state.debt]).toEqual([true, 'restoreAndScan']);
    second.putRight();
    await second.start.stop();
    rmSync(join(directory, 'started.json'));
    const third = await comeUp();
    await third.open('r1');
    third.ask();
    expect([third.start.started, third.cell.state.debt]).toEqual([true, 'none']);
  });

  test('after a dry run leaves the folder to whoever filled it', async () => {
    const { cell, start, open, ask } = await comeUp();
    await open();
    ask({ profile: { dryRun: true } });
    expect(start.started).toBe(false);
    cell.update((state) => ({ ...state, plannedReleaseId: 'r1', checkedAtMs: 1 }));
    expect([start.started, cell.state.debt]).toEqual([true, 'none']);
    await start.stop();
    expect(await isFirstBootAhead(dataDirectory)).toBe(false);
  });

  test('with a damaged marker counts as done', async () => {
    writeFileSync(join(directory, 'started.json'), '{"first');
    expect((await comeUp()).start.started).toBe(true);
  });
});
