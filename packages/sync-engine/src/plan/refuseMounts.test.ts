import { describe, expect, test } from '@jest/globals';
import type { RelativePath } from '../paths/relativePath.ts';
import type { Operation } from './operations.ts';
import { refuseMounts } from './refuseMounts.ts';

const operations: readonly Operation[] = [
  { kind: 'makeFolder', path: 'conf/new' as RelativePath },
  { kind: 'delete', path: 'conf/a.txt' as RelativePath, slot: 0 },
];
const mounted = (path: string): (() => void) => {
  return () => refuseMounts(operations, [path as RelativePath]);
};

describe('a mount inside the target', () => {
  test.each(['conf/a.txt', 'conf', 'conf/new/deep', '.stoker', '.stoker/stage'])('at %s is refused', (path) => {
    expect(mounted(path)).toThrow(expect.objectContaining({ reason: 'TargetUnsafe', class: 'stalled' }));
  });

  test.each(['conf/b.txt', 'config', 'modules'])('at %s is in nobody’s way', (path) => {
    expect(mounted(path)).not.toThrow();
  });

  test('is in nobody’s way where nothing changes', () => {
    expect(() => refuseMounts([], ['.stoker' as RelativePath])).not.toThrow();
  });
});
