import { openAudit } from '@stoker/audit';
import { createLogger, createRedactor } from '@stoker/logging';

const [path = 'audit.jsonl', token = ''] = process.argv.slice(2);
const redactor = createRedactor();
redactor.protect(token); // in no record, wherever it would come from

const log = createLogger({ app: 'controller', redactor });
const audit = openAudit({ app: 'controller', log, redactor, file: { path } });
audit.record({
  action: 'release',
  object: { namespace: 'plant', stoker: 'plant', gateway: 'site' },
  trigger: { kind: 'pushEvent', sender: 'github', delivery: '72d3162e' },
  ref: 'main',
  commit: '0123456789abcdef0123456789abcdef01234567',
  outcome: 'Released',
  message: `pushed with ${token}`,
});
await audit.close(5_000);
