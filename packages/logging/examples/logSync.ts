import { createLogger, createRedactor } from '@stoker/logging';

const [token = ''] = process.argv.slice(2);
const redactor = createRedactor();
redactor.protect(token); // never appears again: raw, URL-encoded, in base64, inside JSON

const log = createLogger({ app: 'agent', level: 'info', stream: process.stdout, redactor }).with({ gateway: 'site' });
log.info('sync done', { ref: 'main', durationMs: 12 });
log.warn('sync failed', { error: new Error(`the server said ${token}`) });
