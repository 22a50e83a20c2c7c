import { openGateway } from '@stoker/ignition';

const [baseUrl = '', apiToken] = process.argv.slice(2);
const gateway = openGateway({ baseUrl, apiToken, timeoutMs: 5_000 });

if ((await gateway.readiness()) === 'answers') {
  await gateway.acquireScanLock('projects', { acquireSeconds: 5, holdSeconds: 60 });
  // … change files …
  const before = await gateway.scanStatus('projects');
  await gateway.scan('projects'); // releases the lock
  const { lastScanAtMs } = await gateway.awaitScan('projects', before, { timeoutMs: 60_000, pollMs: 100 });
  console.log('scanned', lastScanAtMs > before.lastScanAtMs);
}
