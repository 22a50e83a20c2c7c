import { describe, expect, test } from '@jest/globals';
import { sectionOfChangelog } from './sectionOfChangelog.ts';

const changelog = `# @stoker/agent

## 0.2.0

### Minor Changes

- 13e28e8: Says why.

### Patch Changes

- Updated dependencies [0320661]
- Updated dependencies [a0273f3]
  - @stoker/errors@0.2.0

## 0.1.0

### Minor Changes

- The first.
`;

describe('the notes of a version', () => {
  test('are its section, with its updated dependencies said once', () => {
    expect(sectionOfChangelog(changelog, '0.2.0')).toBe(`### Minor Changes

- 13e28e8: Says why.

### Patch Changes

- Updated dependencies
  - @stoker/errors@0.2.0
`);
  });

  test('of the oldest end with the file', () => {
    expect(sectionOfChangelog(changelog, '0.1.0')).toBe('### Minor Changes\n\n- The first.\n');
  });

  test('are not made up where the changelog does not know it', () => {
    expect(() => sectionOfChangelog(changelog, '0.1')).toThrow('the changelog has no section for 0.1');
  });
});
