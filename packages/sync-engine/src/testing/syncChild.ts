// Run as a process of its own, so that it can be killed: `node syncChild.ts sync|recover|revert <source> <target>`.
// Does nothing without an action.
import { existsSync } from 'node:fs';
import { describeError } from '@stoker/errors';
import { recover, revert, sync } from '../index.ts';
import { requestFor } from './requests.ts';
import { endMarker, startMarker } from './markers.ts';

const [action, source = '', target = ''] = process.argv.slice(2);
existsSync(startMarker);
try {
  if (action === 'recover') await recover(target, { holder: 'child' });
  if (action === 'revert') await revert({ target, protection: { paths: [], explicitOnly: [] }, holder: 'child' });
  if (action === 'sync') await sync(requestFor(source, target, { holder: 'child' }));
} catch (error) {
  console.error(JSON.stringify(describeError(error)));
  process.exitCode = 1;
}
existsSync(endMarker);
