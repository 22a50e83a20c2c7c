// Run as a process of its own, so that it can be killed: `node syncChild.ts sync|recover <source> <target>`.
import { accessSync } from 'node:fs';
import { describeError } from '@stoker/errors';
import { recover, sync } from '../index.ts';
import { requestFor } from './requests.ts';
import { startMarker } from './startMarker.ts';

const [action, source = '', target = ''] = process.argv.slice(2);
try {
  accessSync(startMarker);
} catch {
  // There is no such file: the call itself shows in a trace where the work begins.
}
try {
  if (action === 'recover') await recover(target, { holder: 'child' });
  else await sync(requestFor(source, target, { holder: 'child' }));
} catch (error) {
  console.error(JSON.stringify(describeError(error)));
  process.exitCode = 1;
}
