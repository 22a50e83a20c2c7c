import { randomBytes } from 'node:crypto';
import { closeSync, constants, linkSync, lstatSync, openSync, readFileSync, readlinkSync, renameSync } from 'node:fs';
import { pid } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isStokerError } from '@stoker/errors';
import type { Folder } from '../disk/openFolder.ts';
import { refusesLinks } from '../disk/refusesLinks.ts';
import { diskError, errorCode, stopIfAborted, syncError } from '../syncError.ts';
import { isRecord, parseJson } from './manifest.ts';
import { readText, removeIfThere, writeWhole } from './stateFiles.ts';

const lockName = 'lock';
/** Another holder's lock that nobody touches for this long is given up. Its owner rewrites it far more often. */
const observationMs = 10_000;
const beatEveryMs = 1000;

/** Held while a sync works on the target. */
export interface Lock {
  /** Shows the owner is alive; cheap to call often. Throws `LockHeld` once somebody else has taken the lock. */
  beat(): void;
  isLost(): boolean;
  /** Beats by itself while the caller waits for something, until the returned function is called. */
  keepBeating(): () => void;
  release(): void;
}

interface LockFile {
  readonly holder: string;
  /** Which process of which machine start: a pid alone is reused, and means another process in another container. */
  readonly process: string | undefined;
  readonly pid: number;
  readonly token: string;
  readonly beats: number;
}

/** Locks that this thread holds: only it can know that a lock of its own process is not a dead thread's. */
const heldHere = new Set<string>();

export interface LockOptions {
  readonly holder: string;
  readonly signal?: AbortSignal | undefined;
  readonly observeMs?: number | undefined;
}

/**
 * Takes the lock of a target. The same holder takes over its own at once, unless another live process of this machine
 * has it under the same name. Another holder's is taken over when its process is seen to be gone, or when it has not
 * changed for ten seconds. Throws `LockHeld`, `Cancelled`.
 */
export async function takeLock(state: Folder, options: LockOptions): Promise<Lock> {
  const path = `${state.path}/${lockName}`;
  const token = randomBytes(12).toString('hex');
  const own = (beats: number): string =>
    `${JSON.stringify({ holder: options.holder, process: processId(pid), pid, token, beats })}\n`;
  if (!createLock(path, own(0))) {
    const seen = readText(path);
    const isGone = await waitUntilAbandoned(path, seen, options);
    const isTaken = isGone ? createLock(path, own(0)) : replaceLock(path, seen, token, own(0));
    if (!isTaken) throw lockHeld(readLock(path)?.holder);
  }
  heldHere.add(token);

  let lastBeat = performance.now();
  let beats = 0;
  const lock: Lock = {
    beat() {
      const now = performance.now();
      if (now - lastBeat < beatEveryMs) return;
      const current = readLock(path);
      if (current?.token !== token) throw lockHeld(current?.holder);
      beats += 1;
      writeBeside(path, token, own(beats));
      renameSync(`${path}.${token}`, path);
      // Not before: what failed is tried again with the next beat, and said there.
      lastBeat = now;
    },
    isLost: () => readLock(path)?.token !== token,
    keepBeating() {
      const timer = setInterval(() => {
        try {
          if (lock.isLost()) clearInterval(timer);
          else lock.beat();
        } catch {
          // Nobody could catch it here, and it would end the process: whoever waits beats next, and gets the error.
        }
      }, beatEveryMs);
      return () => clearInterval(timer);
    },
    release() {
      heldHere.delete(token);
      try {
        if (readLock(path)?.token === token) removeIfThere(path);
      } catch {
        // The work is done all the same, and a lock whose process is gone is taken over at once.
      }
    },
  };
  return lock;
}

/** Who holds the lock, and whether its process is alive, where that can be known. */
export function inspectLock(
  path: string,
): { readonly holder: string; readonly alive: boolean | undefined } | undefined {
  const lock = readLock(path);
  return lock && { holder: lock.holder, alive: ownerIsAlive(lock) };
}

function readLock(path: string): LockFile | undefined {
  return parseLock(readText(path));
}

/** Returns when nobody holds the lock: true where it was released and is gone. Throws `LockHeld`, `Cancelled`. */
async function waitUntilAbandoned(path: string, seen: string | undefined, options: LockOptions): Promise<boolean> {
  const lock = parseLock(seen);
  if (lock !== undefined) {
    const alive = ownerIsAlive(lock);
    if (alive === true) throw lockHeld(lock.holder);
    if (alive === false || lock.holder === options.holder) return false;
  }
  if (isReleased(path)) return true;
  const until = performance.now() + (options.observeMs ?? observationMs);
  while (performance.now() < until) {
    stopIfAborted(options.signal);
    await sleep(Math.min(100, options.observeMs ?? observationMs));
    if (isReleased(path)) return true;
    if (readText(path) !== seen) throw lockHeld(readLock(path)?.holder);
  }
  return false;
}

function isReleased(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) === undefined;
}

/** Undefined where this process cannot tell: another machine, another container, or another thread of this process. */
function ownerIsAlive(lock: LockFile): boolean | undefined {
  const here = processId(pid);
  if (lock.process === undefined || here === undefined) return undefined;
  const place = (id: string): string => id.slice(0, id.lastIndexOf(' '));
  if (place(lock.process) !== place(here)) return undefined;
  if (lock.process === here && lock.pid === pid) return heldHere.has(lock.token) ? true : undefined;
  return processId(lock.pid) === lock.process;
}

/** Boot, pid namespace and start time of a process; undefined where it is gone or the system does not say. */
function processId(ofPid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${ofPid}/stat`, 'latin1');
    // The name, in parentheses, may hold spaces; the start time is the 20th field after it.
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${boot} ${readlinkSync('/proc/self/ns/pid')} ${startTime}`;
  } catch {
    return undefined; // No such process, or no /proc: both mean that nothing is known about it.
  }
}

function createLock(path: string, content: string): boolean {
  const token = randomBytes(12).toString('hex');
  writeBeside(path, token, content);
  try {
    linkSync(`${path}.${token}`, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (refusesLinks(error)) return createInPlace(path, content);
    throw diskError(error, 'lock', '.stoker');
  } finally {
    removeIfThere(`${path}.${token}`);
  }
}

/** Where there are no hard links. Whoever sees the lock before it is written takes it for a damaged one, and waits. */
function createInPlace(path: string, content: string): boolean {
  try {
    const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      writeWhole(file, Buffer.from(content));
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw diskError(error, 'lock', '.stoker');
  }
}

/** Of several that want to take over, one moves exactly the lock that was seen out of the way and gets it. */
function replaceLock(path: string, seen: string | undefined, token: string, content: string): boolean {
  const aside = `${path}.${token}.old`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw diskError(error, 'lock', '.stoker');
    return createLock(path, content);
  }
  const moved = readText(aside);
  if (moved !== seen) {
    renameSync(aside, path);
    return false;
  }
  removeIfThere(aside);
  return createLock(path, content);
}

function writeBeside(path: string, token: string, content: string): void {
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
    const file = openSync(`${path}.${token}`, flags, 0o600);
    try {
      writeWhole(file, Buffer.from(content));
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw diskError(error, 'lock', '.stoker');
  }
}

function parseLock(text: string | undefined): LockFile | undefined {
  const value = parseJson(text ?? '');
  if (!isRecord(value) || typeof value['holder'] !== 'string' || typeof value['token'] !== 'string') return undefined;
  const { holder, token, process, pid: owner, beats } = value;
  return {
    holder,
    token,
    process: typeof process === 'string' ? process : undefined,
    pid: Number.isSafeInteger(owner) ? Number(owner) : -1,
    beats: Number(beats),
  };
}

/** True for what a lock throws that somebody else has taken. */
export function isLockLost(error: unknown): boolean {
  return isStokerError(error) && error.reason === 'LockHeld';
}

/**
 * Beats while something is put right, which must not stop halfway for a beat that cannot be written, such as on a full volume.
 * Throws `LockHeld`.
 */
export function beatIfPossible(lock: Pick<Lock, 'beat'>): void {
  try {
    lock.beat();
  } catch (error) {
    // See above; the next beat tries again.
    if (isLockLost(error)) throw error;
  }
}

export function lockHeld(holder: string | undefined): Error {
  const who = holder === undefined ? 'somebody else' : JSON.stringify(holder.slice(0, 200));
  return syncError('LockHeld', `another sync holds the target: ${who}`, 'wait until it is done');
}
