import type { MetadataDocument } from '@stoker/crd-types';
import { describeError, isStokerError } from '@stoker/errors';
import { openGateway, type Gateway, type GatewayHealth, type ScanKind } from '@stoker/ignition';
import type { MountedCredentials } from './credentials.ts';
import type { ScanResult } from './transitions.ts';

/** The gateway beside us, as far as a sync is concerned. */
export interface GatewayScans {
  /** Whether it runs and answers, be it only to refuse us. Never throws. */
  answers(): Promise<boolean>;
  /**
   * Keeps it from scanning while files change. False: it does not answer, has no scan locks or does not let us.
   * @throws StokerError `ScanLockUnavailable` when someone else holds one: better to come back than to change files under a scan
   */
  hold(): Promise<boolean>;
  /**
   * Lets it scan, which also ends `hold`, and waits for the end. Never throws.
   * @param signal ends the waiting, not the scan: the gateway has been asked by then or is asked still
   */
  scan(signal: AbortSignal): Promise<ScanResult>;
}

/** The same gateway, and how it is. */
export interface GatewayBeside extends GatewayScans {
  /** Undefined: there is no API key. */
  readonly health: GatewayHealth | undefined;
}

/** The calls of it that scans need. */
export type ScanCalls = Pick<Gateway, 'readiness' | 'scan' | 'scanStatus' | 'awaitScan' | 'acquireScanLock'>;

/** Projects first: it is the order in which the locks are taken. */
const kinds: readonly ScanKind[] = ['projects', 'config'];
const lockTimes = { acquireSeconds: 10, holdSeconds: 120 };
const scanWait = { timeoutMs: 120_000, pollMs: 100 };
const callTimeoutMs = 10_000;

/**
 * Asked at 127.0.0.1: inside the pod nobody else can listen there. So without a CA of its own any certificate will do,
 * and with one the issuer alone counts, as the certificate names the host that people use.
 */
export function openGatewayScans(access: MetadataDocument['gateway'], mounted: MountedCredentials): GatewayBeside {
  const gateway = openGateway({
    baseUrl: `${access.tls ? 'https' : 'http'}://127.0.0.1:${access.port}`,
    apiToken: mounted.gatewayApiKey,
    caBundle: mounted.gatewayCa,
    insecureSkipVerify: mounted.gatewayCa === undefined,
    timeoutMs: callTimeoutMs,
  });
  const hasToken = mounted.gatewayApiKey !== undefined;
  return { ...scansOf(gateway, hasToken), health: hasToken ? gateway : undefined };
}

/** @param hasToken without one there are neither locks nor scans */
export function scansOf(gateway: ScanCalls, hasToken: boolean): GatewayScans {
  async function answers(): Promise<boolean> {
    try {
      return (await gateway.readiness()) === 'answers';
    } catch {
      // What a person must put right, such as a certificate: the scan will fail of it and say so.
      return true;
    }
  }

  return {
    answers,
    async hold() {
      if (!hasToken || !(await answers())) return false;
      const held: ScanKind[] = [];
      try {
        for (const kind of kinds) {
          await gateway.acquireScanLock(kind, lockTimes);
          held.push(kind);
        }
        return true;
      } catch (error) {
        await Promise.allSettled(held.map((kind) => gateway.scan(kind)));
        if (isStokerError(error) && error.reason === 'ScanLockUnavailable') throw error;
        return false;
      }
    },
    async scan(signal) {
      if (!hasToken) return { outcome: 'Skipped', message: 'the Stoker resource names no API key of the gateway' };
      const startedAt = performance.now();
      try {
        await scanAll(gateway, signal);
        return { outcome: 'Scanned', durationMs: Math.round(performance.now() - startedAt) };
      } catch (error) {
        if (signal.aborted) return { outcome: 'Skipped', message: 'the agent was stopped before the scan had ended' };
        const { reason, message, hint } = describeError(error);
        const outcome = reason === 'NoRestApi' ? 'Skipped' : 'Failed';
        return { outcome, message: [message, hint].filter(Boolean).join('; ') };
      }
    },
  };
}

async function scanAll(gateway: ScanCalls, signal: AbortSignal): Promise<void> {
  const scans = [];
  for (const kind of kinds) {
    const before = await gateway.scanStatus(kind);
    await gateway.scan(kind);
    scans.push({ kind, before });
  }
  await Promise.all(scans.map(({ kind, before }) => gateway.awaitScan(kind, before, { ...scanWait, signal })));
}
