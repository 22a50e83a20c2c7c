import { readText, writeSmallFile } from './stateFiles.ts';
import type { StateFolder } from './stateFolder.ts';

/** With a sync every 30 s, once an hour. */
const rehashEvery = 120;
const countName = 'syncs';

/**
 * Is it time to hash every live file, for a change that no stat shows? Also where nobody knows when that was done last.
 * Counted by syncs, because clocks jump.
 */
export function isRehashDue({ state }: { readonly state: { readonly path: string } }): boolean {
  const text = readText(`${state.path}/${countName}`)?.trim() ?? '';
  return !/^\d{1,6}$/.test(text) || Number(text) >= rehashEvery - 1;
}

/** Counts a sync that is done. */
export function countSync({ state }: Pick<StateFolder, 'state'>, rehashed: boolean): void {
  const path = `${state.path}/${countName}`;
  try {
    const count = rehashed ? 0 : Number(readText(path)) + 1;
    writeSmallFile(path, `${count}\n`);
  } catch {
    // The sync is done all the same. Without a count, the next one hashes everything.
  }
}
