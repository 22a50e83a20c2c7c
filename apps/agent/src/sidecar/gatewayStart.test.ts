import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createLogger } from '@stoker/logging';
import { createGatewayStart, type GatewayStart } from './gatewayStart.ts';
import { readStartMarker } from './startMarker.ts';
import { initialState } from './state.ts';
import { createStateCell } from './stateCell.ts';
import { applied, document, podUID, release } from './testing/fixtures.ts';
import { afterOpening, withDocument } from './transitions.ts';

let directory: string;
const starts: GatewayStart[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stoker-run-'));
});
afterEach(async () => {
  await Promise.all(starts.splice(0).map((start) => start.stop()));
  rmSync(directory, { recursive: true, force: true });
});

const log = createLogger({ app: 'agent', level: 'error' });

/** An agent's life so far, as one process of it sees it. */
async function comeUp() {
  const cell = createStateCell(initialState(podUID));
  const start = await createGatewayStart({ cell, policy: 'LastKnownGood', directory, log });
  starts.push(start);
  cell.subscribe(() => start.consider());
  const open = (id?: string) => {
    const opened = id === undefined ? undefined : { id, ref: 'main', commit: 'c' };
    const gateway = { started: start.started, firstBootPending: start.firstBootPending };
    const target = { recovered: 'nothing', release: opened, syncedAt: undefined } as const;
    cell.update((state) => afterOpening(state, target, gateway));
  };
  const sync = () => cell.update((state) => ({ ...state, applied: applied(), checkedAtMs: 1 }));
  return { cell, start, open, sync };
}

describe('the start of a gateway', () => {
  test('waits for the first sync of an empty folder, which is then to be restored after the first boot', async () => {
    const { cell, start, open, sync } = await comeUp();
    open();
    cell.update((state) => withDocument(state, document()));
    expect(start.started).toBe(false);
    sync();
    expect([start.started, cell.state.debt]).toEqual([true, 'restoreAndScan']);
    await start.stop();
    expect(await readStartMarker(directory)).toEqual({ firstBootPending: true });
  });

  test('of a folder that held its release owes nothing', async () => {
    const { cell, start, open } = await comeUp();
    open('r1');
    cell.update((state) => withDocument(state, document()));
    expect([start.started, cell.state.debt, cell.state.startedStaleAtMs]).toEqual([true, 'none', undefined]);
  });

  test('is not repeated by a restarted agent, whatever git or the API server are doing', async () => {
    const first = await comeUp();
    first.open();
    first.cell.update((state) => withDocument(state, document()));
    first.sync();
    await first.start.stop();
    const second = await comeUp();
    expect(second.start.started).toBe(true);
    second.open('r1');
    expect(second.cell.state.debt).toBe('restoreAndScan');
    second.cell.update((state) => ({ ...state, debt: 'none' }));
    await second.start.stop();
    expect(await readStartMarker(directory)).toEqual({ firstBootPending: false });
  });

  test('after a dry run leaves the folder to whoever filled it', async () => {
    const { cell, start, open } = await comeUp();
    open();
    cell.update((state) => withDocument(state, document({ release: release({ profile: { dryRun: true } }) })));
    expect(start.started).toBe(false);
    cell.update((state) => ({ ...state, plannedReleaseId: 'r1', checkedAtMs: 1 }));
    expect([start.started, cell.state.debt]).toEqual([true, 'none']);
  });

  test('with a damaged marker counts as done', async () => {
    writeFileSync(join(directory, 'started.json'), '{"first');
    expect((await comeUp()).start.started).toBe(true);
  });
});
