// The controller as it is delivered, but for one thing: it may ask git servers on loopback, where that of the bench is. Says its
// ports as a line of JSON and ends with SIGTERM.
import { createWriteStream } from 'node:fs';
import { openAudit } from '@stoker/audit';
import { createEventRecorder, loadKubeConfig, openClient } from '@stoker/kube';
import { createLogger } from '@stoker/logging';
import { startApp } from '../../apps/controller/src/app.ts';
import { parseOptions } from '../../apps/controller/src/options.ts';

const options = parseOptions(process.argv.slice(2), process.env);
if (typeof options === 'string') throw new Error('options of the controller, please');
const identity = `bench-${process.pid}`;
const logger = createLogger({ app: 'controller', level: options.logLevel, stream: process.stderr });
const client = openClient(loadKubeConfig({}), { userAgent: 'bench-controller' });
const app = await startApp({
  options,
  client,
  events: createEventRecorder({ client, component: 'stoker.io/controller', instance: identity }),
  // Made as always; ten thousand of them would hide the bench's own lines.
  audit: openAudit({ app: 'controller', log: logger, stream: createWriteStream('/dev/null'), ...options.audit }),
  logger,
  identity,
  onLeaseLost: () => process.exit(1),
  urlScope: 'standalone',
});
console.log(JSON.stringify({ receiverPort: app.receiverPort, healthPort: app.healthPort }));
process.once('SIGTERM', () => {
  void app.stop().then(() => process.exit(0));
});
