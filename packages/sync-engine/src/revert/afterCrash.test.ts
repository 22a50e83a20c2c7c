import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { recover, revert } from '../index.ts';
import { openTracer } from '../testing/faults.ts';
import { leaveHalfway } from '../testing/halfway.ts';
import { setStage } from '../testing/stage.ts';
import { readTree } from '../testing/trees.ts';

test('a sync that was killed and finished can be taken back, with what was written before its files were replaced', async () => {
  using tracer = openTracer();
  using stage = await setStage();
  const target = leaveHalfway(tracer, stage.target(), stage.target(), { action: 'sync', source: stage.source });
  // Of all files these go last.
  for (const path of ['conf/tool.sh', 'conf/gone/deep/gone.txt'])
    appendFileSync(join(target, path), ' and edited in place');
  expect(await recover(target, { holder: 'another' })).toBe('finished');
  expect(readTree(target)).toEqual(stage.after);
  await revert({ target, protection: { paths: [], explicitOnly: [] }, holder: 'another' });
  expect(readTree(target)).toEqual({
    ...stage.before,
    'conf/tool.sh': 'run and edited in place',
    'conf/gone/deep/gone.txt': 'gone and edited in place',
  });
});
