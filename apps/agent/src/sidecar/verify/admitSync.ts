import { describeError } from '@stoker/errors';
import type { DesignerSession, GatewayHealth } from '@stoker/ignition';
import { decideSessions, type SessionFacts, type SessionPolicy } from './decideSessions.ts';

export interface AdmitOptions {
  /** Undefined: there is no API key. */
  readonly health: GatewayHealth | undefined;
  readonly answers: () => Promise<boolean>;
  readonly policy: SessionPolicy;
  /** Projects that the plan changes. */
  readonly projects: readonly string[];
  readonly waitedMs: number;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks the gateway who is editing what is about to change. Resolves to those who are, where the policy goes on all the same.
 * @throws StokerError `DesignerSessionOpen`, `DesignerSessionsUnknown`; class `waiting` while it is worth to come back
 */
export async function admitSync(options: AdmitOptions): Promise<readonly DesignerSession[]> {
  const { policy, projects, waitedMs, limitMs, signal } = options;
  if (projects.length === 0) return [];
  const answer = await ask(options);
  signal.throwIfAborted();
  const verdict = decideSessions({ policy, projects, answer, waitedMs, limitMs });
  if ('refusal' in verdict) throw verdict.refusal;
  return verdict.editing;
}

async function ask({ health, answers, signal }: AdmitOptions): Promise<SessionFacts['answer']> {
  if (health === undefined) return { silent: 'the Stoker resource names no API key of it' };
  try {
    return (await answers()) ? await health.designers(signal) : { silent: 'it does not answer' };
  } catch (error) {
    return { silent: describeError(error).message };
  }
}
