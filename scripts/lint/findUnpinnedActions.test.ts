import { expect, test } from '@jest/globals';
import { findUnpinnedActions } from './findUnpinnedActions.ts';

const commit = '8e8c483db84b4bee98b60c0593521ed34d9990e8';

test.each([
  [`actions/checkout@${commit} # v6.0.1`, 0],
  ['./.github/actions/setup', 0],
  ['actions/checkout@v6', 1],
  ['actions/checkout@main', 1],
  [`actions/checkout@${commit}`, 1],
  [`actions/checkout@${commit.slice(0, 12)} # v6.0.1`, 1],
])('an action used as %s is %i faults', (used, count) => {
  expect(findUnpinnedActions('ci.yml', `steps:\n  - run: true\n  - uses: ${used}\n`)).toHaveLength(count);
});

test('a fault names the line', () => {
  const fault = 'ci.yml:2: a/b@v1 is not pinned as NAME@COMMIT # vX.Y.Z';
  expect(findUnpinnedActions('ci.yml', 'steps:\n  - uses: a/b@v1')).toEqual([fault]);
});
