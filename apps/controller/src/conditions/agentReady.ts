import { reasons } from '@stoker/crd-types';
import type { Draft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

export function agentReady({ gateways, documentProblems }: Draft): Claim {
  if (gateways.length === 0) return { status: 'Unknown', reason: reasons.NoGateways, message: 'no gateway was found' };
  const [problem] = documentProblems;
  if (problem) {
    return {
      status: 'False',
      reason: reasons.InvalidDocument,
      message: `ConfigMap ${problem.name}: ${problem.message}`,
    };
  }
  const stopped = gateways.flatMap(({ gateway: { name, pod } }) =>
    pod.sidecar.kind === 'notRunning' ? [`${name} (${pod.sidecar.why})`] : [],
  );
  if (stopped.length > 0) {
    return { status: 'False', reason: reasons.AgentNotReady, message: `the agent does not run in ${listed(stopped)}` };
  }
  const silent = gateways.filter(({ status }) => status === undefined).map(({ gateway }) => gateway.name);
  if (silent.length > 0) {
    return {
      status: 'False',
      reason: reasons.AgentNotReady,
      message: `the agent has not reported yet from ${listed(silent)}`,
    };
  }
  return { status: 'True', reason: reasons.Succeeded, message: 'the agent of every gateway runs and has reported' };
}
