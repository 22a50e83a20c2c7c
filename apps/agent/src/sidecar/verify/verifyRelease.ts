import { describeError, isStokerError } from '@stoker/errors';
import type { GatewayHealth } from '@stoker/ignition';
import type { ScanResult } from '../transitions.ts';
import { decideVerification, type FailurePolicy, type Finding, type Verdict } from './decideVerification.ts';
import { inspectGateway } from './inspectGateway.ts';
import { findProblems, type GatewayView } from './judge.ts';
import type { Check } from './verificationState.ts';
import type { Touched } from '../../converge/touched.ts';

export interface VerifyOptions {
  /** Undefined: there is no API key. */
  readonly health: GatewayHealth | undefined;
  /** Undefined: the gateway did not answer. */
  readonly scan: ScanResult | undefined;
  readonly check: Check;
  readonly policy: FailurePolicy;
  readonly attempt: number;
  readonly signal: AbortSignal;
}

/** Asks the gateway how it is after a scan. Never throws. */
export async function verifyRelease(options: VerifyOptions): Promise<Verdict> {
  const { check, policy, attempt } = options;
  const canGoBack = check.previousReleaseId !== undefined;
  return decideVerification({ finding: await ask(options), policy, attempt, canGoBack });
}

async function ask({ health, scan, check, signal }: VerifyOptions): Promise<Finding> {
  if (scan === undefined) return { kind: 'silent', message: 'it does not answer', mayPass: true };
  if (scan.outcome !== 'Scanned' || health === undefined) {
    const message = scan.message ?? 'it has not scanned the folder';
    // Nobody has waited for its answer.
    return { kind: 'silent', message, mayPass: signal.aborted };
  }
  try {
    const after = await inspectGateway(health, check.touched, signal);
    const problems = findProblems(check.before, after, check.touched);
    return { kind: 'problems', problems, hasBaseline: check.before !== undefined };
  } catch (error) {
    const { message, hint } = describeError(error);
    const mayPass = !isStokerError(error) || error.class !== 'stalled';
    return { kind: 'silent', message: [message, hint].filter(Boolean).join('; '), mayPass };
  }
}

/** How the gateway is before anything changes. Undefined: it could not be asked, so nothing will be blamed on the sync. */
export async function viewBefore(
  health: GatewayHealth | undefined,
  touched: Touched,
  signal: AbortSignal,
): Promise<GatewayView | undefined> {
  try {
    return health === undefined ? undefined : await inspectGateway(health, touched, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (isStokerError(error)) return undefined;
    throw error;
  }
}
