/** A call of a traced run that is about the target; paths are relative to it, and a snapshot is called `S`. */
export interface TracedCall {
  readonly call: string;
  /** Of `rename` and `link` what there was, of all others what they are about. */
  readonly path: string;
  /** Of `rename` and `link`: the new name. */
  readonly to: string;
}

/**
 * The calls on a target that succeeded, by file name: `/proc/self/fd/7/x` is looked up in what was opened as 7. Copies are
 * writes; a file that is opened for writing counts as written.
 */
export function callsOn(target: string, trace: readonly string[], opened = new Map<string, string>()): TracedCall[] {
  const relative = (path: string): string | undefined => {
    const real = path.replace(/^\/proc\/self\/fd\/(\d+)/, (_, descriptor: string) => opened.get(descriptor) ?? '?');
    if (real !== target && !real.startsWith(`${target}/`)) return undefined;
    return real.slice(target.length + 1).replace(/^(\.stoker\/snapshots\/)[^/]+/, '$1S');
  };
  return trace.flatMap((line) => {
    const call = /^(\w+)\(/.exec(line)?.[1] ?? '';
    const result = / = (\d+)(?:<(.*)>)?$/.exec(line);
    if (result === null) return [];
    if (call === 'syncfs') return [{ call, path: '', to: '' }];
    if (call === 'openat') {
      const [, descriptor = '', path = ''] = result;
      opened.set(descriptor, path);
      const written = /O_(WRONLY|RDWR)/.test(line) ? relative(path) : undefined;
      return written === undefined ? [] : [{ call: /O_CREAT/.test(line) ? 'create' : 'write', path: written, to: '' }];
    }
    const named = [...line.matchAll(/"([^"]*)"/g)].map(([, path = '']) => path);
    const descriptor = /^\w+\(\d+<(.*?)>/.exec(line)?.[1];
    const [path, to] = descriptor === undefined ? named : [descriptor];
    const about = relative(path ?? '');
    if (about === undefined || !aboutNamesOrContent.test(call)) return [];
    return [{ call: call === 'utimensat' ? 'write' : call, path: about, to: relative(to ?? '') ?? '' }];
  });
}

const aboutNamesOrContent = /^(write|fsync|rename|link|symlink|unlink|mkdir|rmdir|utimensat)$/;

/**
 * What a loss of power could take at a moment when the engine relies on it, by name; empty for a run in the right order.
 * A content is on the disk after an fsync of the file, a name after one of its folder.
 */
export function unsafeMoments(calls: readonly TracedCall[]): string[] {
  const contents = new Set<string>();
  const names = new Set<string>();
  const unsafe: string[] = [];
  const demand = (moment: string, isNeeded: (path: string) => boolean): void => {
    for (const path of contents) if (isNeeded(path)) unsafe.push(`${moment}: the content of ${path}`);
    for (const path of names) if (isNeeded(path)) unsafe.push(`${moment}: the name ${path}`);
  };
  for (const { call, path, to } of calls) {
    if (call === 'syncfs') [contents, names].forEach((pending) => pending.clear());
    if (call === 'fsync') {
      contents.delete(path);
      for (const name of names) if (parentOf(name) === path) names.delete(name);
    }
    const moment = [call, path, to].filter(Boolean).join(' ');
    if (changesNames.test(call) && !isOurs(path) && call !== 'link') demand(moment, isNeededForUndoing);
    if (call === 'rename' && to !== lock) demand(moment, (needed) => needed === path && contents.has(path));
    if (to === '.stoker/manifest') demand(moment, (needed) => !isOurs(needed));
    if (endsJournal(call, path, to)) demand(moment, (needed) => !isOurs(needed) || needed === '.stoker/manifest');
    if (call === 'write' || call === 'create') contents.add(path);
    if (call === 'rename' && contents.delete(path)) contents.add(to);
    if (call === 'unlink') contents.delete(path);
    // What was in a folder that is gone is gone with its name.
    if (call === 'rmdir') for (const name of names) if (name.startsWith(`${path}/`)) names.delete(name);
    if (call !== 'link' && call !== 'write' && call !== 'fsync') names.delete(path);
    // Of our own names that go, only the manifest's matters: what it says must not come back.
    if (call === 'create' || (changesNames.test(call) && goesLive(call, path))) names.add(path);
    if (call === 'rename' || call === 'link') names.add(to);
  }
  return unsafe;
}

/** A slow sync beats it, and nothing relies on it: one that a loss of power has torn is nobody's, and is taken over. */
const lock = '.stoker/lock';

const changesNames = /^(rename|link|symlink|unlink|mkdir|rmdir)$/;

function goesLive(call: string, path: string): boolean {
  return !isOurs(path) || call === 'mkdir' || call === 'symlink' || path === '.stoker/manifest';
}

function isOurs(path: string): boolean {
  return path === '.stoker' || path.startsWith('.stoker/');
}

/** Before the live tree changes: the journal, what is staged, and what is kept of the live tree, with its index. */
function isNeededForUndoing(path: string): boolean {
  return /^\.stoker\/(journal(\.undo)?|stage\/\d+|snapshots\/S(\/(\d+|index))?)$/.test(path);
}

function endsJournal(call: string, path: string, to: string): boolean {
  const isUndoneNow = call === 'unlink' && path === '.stoker/journal.undo';
  return (
    isUndoneNow ||
    (path === '.stoker/journal' && (call === 'unlink' || (call === 'rename' && to !== '.stoker/journal.undo')))
  );
}

function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
