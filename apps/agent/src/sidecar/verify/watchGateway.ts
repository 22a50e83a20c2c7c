import type { Release } from '@stoker/crd-types';
import type { DesignerSession, GatewayHealth } from '@stoker/ignition';
import { bothTouched, touchedBy, type Touched } from '../../converge/touched.ts';
import type { GatewayBeside } from '../gatewayScans.ts';
import type { SyncDependencies } from '../performSync.ts';
import type { AgentState } from '../state.ts';
import type { ScanResult } from '../transitions.ts';
import { admitSync } from './admitSync.ts';
import type { Verdict } from './decideVerification.ts';
import type { GatewayView } from './judge.ts';
import { waitedMs } from './sessionWait.ts';
import { afterVerdict, isOpen, type Check } from './verificationState.ts';
import { verifyRelease, viewBefore } from './verifyRelease.ts';

/** What the gateway said of what was synced. */
export interface VerifiedSync {
  readonly check: Check;
  /** Undefined: the gateway was never let start, so it will read what is there. */
  readonly verdict: Verdict | undefined;
  readonly editing: readonly DesignerSession[];
}

export interface WatchOptions {
  readonly deps: Pick<SyncDependencies, 'cell' | 'started' | 'sessionWaitMs'>;
  readonly release: Release;
  readonly gateway: GatewayBeside;
  /** After a first start the release is put back whoever is editing. */
  readonly restore: boolean;
  readonly signal: AbortSignal;
}

/** Looks at the gateway on both sides of a change of its files. */
export function watchGateway({ deps, release, gateway, restore, signal }: WatchOptions) {
  const { cell, started, sessionWaitMs: limitMs } = deps;
  const { applied, check: earlier, verification: verdict } = cell.state;
  // Of a release that is not borne yet the gateway as it is now would be no measure: what came with the release is there.
  const isSame = earlier?.releaseId === release.id && earlier.before !== undefined;
  const base = isSame && isOpen(earlier, verdict) ? earlier : undefined;
  const { health } = gateway;
  const { verification, designerSessionPolicy: policy = 'proceed' } = release.profile;
  let touched = touchedBy([]);
  let view: GatewayView | undefined;
  let editing: readonly DesignerSession[] = [];
  const previousReleaseId = applied?.id === release.id ? base?.previousReleaseId : applied?.id;
  const checkNow = (): Check => ({ releaseId: release.id, previousReleaseId, touched, before: view });
  return {
    /** The last moment to stay away. @throws StokerError `DesignerSessionOpen`, `DesignerSessionsUnknown` */
    async before(plan: Touched): Promise<void> {
      touched = base === undefined ? plan : bothTouched(base.touched, plan);
      if (!started() || applied === undefined) return;
      if (!restore) {
        const { projects } = plan;
        const waited = waitedMs(cell.state, release, performance.now());
        const { answers } = gateway;
        editing = await admitSync({ health, answers, policy, projects, waitedMs: waited, limitMs, signal });
      }
      view = base?.before ?? (await viewBefore(health, plan, signal));
    },
    /** By what the release will be judged. Undefined: the gateway was never let start, or there was nothing before. */
    check(): Check | undefined {
      return started() && applied !== undefined ? checkNow() : undefined;
    },
    /** @param scan undefined: it does not answer */
    async after(scan: ScanResult | undefined): Promise<VerifiedSync> {
      const check = checkNow();
      if (scan === undefined && !started()) return { check, verdict: undefined, editing };
      const onFailure = verification?.onFailure ?? 'report';
      return {
        check,
        editing,
        verdict: await verifyRelease({ health, scan, check, policy: onFailure, attempt: 0, signal }),
      };
    },
  };
}

/** After a later scan of the same release. Undefined: there is nothing to verify. */
export async function verifyAgain(
  state: AgentState,
  asked: {
    readonly release: Release;
    readonly scan: ScanResult | undefined;
    readonly health: GatewayHealth | undefined;
    readonly signal: AbortSignal;
  },
): Promise<VerifiedSync | undefined> {
  const { check, applied, verification, designerSessions: editing, debt, refused } = state;
  const { release, scan, health, signal } = asked;
  // It has been judged already, and goes.
  if (refused !== undefined && refused.releaseId === applied?.id) return undefined;
  if (check === undefined || check.releaseId !== applied?.id || release.id !== applied.id) return undefined;
  // A gateway in debt is asked until it scans, however long it takes: that is no attempt at verifying.
  if (scan?.outcome === 'Failed' || (scan === undefined && debt !== 'none')) return undefined;
  const policy = release.profile.verification?.onFailure ?? 'report';
  const verdict = await verifyRelease({ health, scan, check, policy, attempt: verification?.attempt ?? 0, signal });
  return { check, verdict, editing };
}

/** State after a sync or a scan, with what the gateway said of it. A sync ends whatever was refused or waited for before. */
export function afterVerifiedSync(
  state: AgentState,
  verified: VerifiedSync | undefined,
  moment: Parameters<typeof afterVerdict>[3],
): AgentState {
  const settled = { ...state, refused: undefined, sessionWait: undefined };
  if (verified === undefined) return settled;
  const { check, verdict, editing } = verified;
  const next = { ...settled, designerSessions: editing };
  return verdict === undefined
    ? { ...next, check, verification: undefined }
    : afterVerdict(next, check, verdict, moment);
}
