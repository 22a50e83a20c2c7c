import { describe, expect, test } from '@jest/globals';
import { StokerError } from '@stoker/errors';
import type { Readiness, ScanKind } from '@stoker/ignition';
import { scansOf, type ScanCalls } from './gatewayScans.ts';

const untilEnd = new AbortController().signal;

function refusal(reason: string, hint?: string): StokerError {
  return new StokerError(`it said ${reason}`, { reason, class: 'stalled', hint });
}

/** A gateway that remembers who holds its scan locks and what it has scanned. */
function createGateway() {
  const locked = new Set<ScanKind>();
  const scanned: ScanKind[] = [];
  const faults: { readiness: Readiness | Error; lock: Partial<Record<ScanKind, Error>>; scan: Error | undefined } = {
    readiness: 'answers',
    lock: {},
    scan: undefined,
  };
  const status = (kind: ScanKind) => ({ active: false, lastScanAtMs: scanned.filter((one) => one === kind).length });
  const gateway: ScanCalls = {
    async readiness() {
      if (typeof faults.readiness === 'string') return faults.readiness;
      throw faults.readiness;
    },
    async acquireScanLock(kind) {
      const fault = faults.lock[kind];
      if (fault !== undefined) throw fault;
      locked.add(kind);
    },
    scanStatus: async (kind) => status(kind),
    async scan(kind) {
      if (faults.scan !== undefined) throw faults.scan;
      locked.delete(kind);
      scanned.push(kind);
      return status(kind);
    },
    async awaitScan(kind, before, { signal }) {
      signal?.throwIfAborted();
      if (status(kind).lastScanAtMs <= before.lastScanAtMs) throw new Error('no scan was asked for');
      return status(kind);
    },
  };
  return { gateway, faults, locked, scanned };
}

describe('holding the scans of a gateway', () => {
  test('takes both locks, and the scans behind give them back', async () => {
    const { gateway, locked, scanned } = createGateway();
    const scans = scansOf(gateway, true);
    expect(await scans.hold()).toBe(true);
    expect([...locked]).toEqual(['projects', 'config']);
    expect(await scans.scan(untilEnd)).toMatchObject({ outcome: 'Scanned', durationMs: expect.any(Number) });
    expect([locked.size, scanned]).toEqual([0, ['projects', 'config']]);
  });

  test.each(['starting', 'unreachable', 'commissioning', 'restarting'] as const)(
    'leaves a gateway alone that is %s',
    async (readiness) => {
      const { gateway, faults, locked } = createGateway();
      faults.readiness = readiness;
      const scans = scansOf(gateway, true);
      expect([await scans.answers(), await scans.hold(), locked.size]).toEqual([false, false, 0]);
    },
  );

  test.each(['EndpointNotFound', 'GatewayUnauthorized', 'GatewayForbidden', 'GatewayUnreachable'])(
    'goes on without where the gateway says %s, and gives back what it had',
    async (reason) => {
      const { gateway, faults, locked } = createGateway();
      faults.lock = { config: refusal(reason) };
      expect(await scansOf(gateway, true).hold()).toBe(false);
      expect(locked.size).toBe(0);
    },
  );

  test('fails while someone else holds a lock, and gives back what it had', async () => {
    const { gateway, faults, locked } = createGateway();
    faults.lock = { config: refusal('ScanLockUnavailable') };
    await expect(scansOf(gateway, true).hold()).rejects.toMatchObject({ reason: 'ScanLockUnavailable' });
    expect(locked.size).toBe(0);
  });
});

describe('a scan', () => {
  test('without a token is skipped, and nothing is held', async () => {
    const { gateway, locked, scanned } = createGateway();
    const scans = scansOf(gateway, false);
    expect(await scans.hold()).toBe(false);
    expect(await scans.scan(untilEnd)).toMatchObject({
      outcome: 'Skipped',
      message: expect.stringContaining('API key'),
    });
    expect([locked.size, scanned]).toEqual([0, []]);
  });

  test.each([
    ['GatewayUnauthorized', 'Failed'],
    ['NoRestApi', 'Skipped'],
  ])('that ends in %s is said to be %s, with what to do', async (reason, outcome) => {
    const { gateway, faults } = createGateway();
    faults.scan = refusal(reason, 'do this');
    expect(await scansOf(gateway, true).scan(untilEnd)).toEqual({ outcome, message: `it said ${reason}; do this` });
  });

  test('that the process does not live to see ended has been asked for all the same, and gives back the locks', async () => {
    const { gateway, locked, scanned } = createGateway();
    const scans = scansOf(gateway, true);
    await scans.hold();
    const ended = AbortSignal.abort(new Error('SIGTERM'));
    expect(await scans.scan(ended)).toMatchObject({ outcome: 'Skipped', message: expect.stringContaining('stopped') });
    expect([locked.size, scanned]).toEqual([0, ['projects', 'config']]);
  });

  test('is tried where the certificate is refused, for the sake of its message', async () => {
    const { gateway, faults } = createGateway();
    faults.readiness = refusal('GatewayCertificateInvalid');
    expect(await scansOf(gateway, true).answers()).toBe(true);
  });
});
