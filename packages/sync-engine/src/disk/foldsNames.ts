import { lstatSync } from 'node:fs';
import { stateFolderName } from '../desired/guard.ts';

/** Does the target take names for one that differ in case? Found out by the working folder, without writing anything. */
export function foldsNames(target: string): boolean {
  const own = lstatSync(`${target}/${stateFolderName}`, { throwIfNoEntry: false });
  const shouted = lstatSync(`${target}/${stateFolderName.toUpperCase()}`, { throwIfNoEntry: false });
  return own !== undefined && shouted !== undefined && own.ino === shouted.ino && own.dev === shouted.dev;
}
