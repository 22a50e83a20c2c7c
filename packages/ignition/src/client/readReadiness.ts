import { isStokerError } from '@stoker/errors';
import type { Readiness } from './answers.ts';
import type { Gateway } from './openGateway.ts';

const readinessByReason: Readonly<Record<string, Readiness>> = {
  GatewayUnreachable: 'unreachable',
  GatewayTimeout: 'unreachable',
  GatewayRestarting: 'restarting',
  GatewayCommissioning: 'commissioning',
};

/** A restarting gateway still answers `StatusPing` with RUNNING, so the second question is what counts. */
export async function readReadiness(
  { statusPing, gwinfo }: Pick<Gateway, 'statusPing' | 'gwinfo'>,
  signal?: AbortSignal,
): Promise<Readiness> {
  try {
    const { state, details } = await statusPing(signal);
    if (details === 'COMMISSIONING') return 'commissioning';
    if (state !== 'RUNNING') return 'starting';
    return (await gwinfo(signal)).get('ContextStatus') === 'RUNNING' ? 'answers' : 'starting';
  } catch (error) {
    const readiness = isStokerError(error) ? readinessByReason[error.reason] : undefined;
    if (readiness === undefined) throw error;
    return readiness;
  }
}
