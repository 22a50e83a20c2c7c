import { reasons } from '@stoker/crd-types';
import { type GatewayState, gatewayState } from '../gateways/gatewayState.ts';
import type { Draft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

export function allGatewaysSynced({ gateways, unusablePods }: Draft): Claim {
  const states = gateways.map((draft) => ({ name: draft.gateway.name, state: gatewayState(draft) }));
  const failure = states.find(({ state }) => state.kind === 'failed');
  if (failure?.state.kind === 'failed') {
    const failures = states.flatMap(({ name, state }) =>
      state.kind === 'failed' ? [`${name}: ${state.message}`] : [],
    );
    return {
      status: 'False',
      reason: failure.state.needsPerson ? failure.state.reason : reasons.GatewayFailed,
      message: listed(failures),
    };
  }
  const [unusable] = unusablePods;
  if (unusable)
    return {
      status: 'False',
      reason: reasons.InvalidGatewayName,
      message: `pod ${unusable.podName}: ${unusable.message}`,
    };
  if (states.length === 0) return { status: 'Unknown', reason: reasons.NoGateways, message: 'no gateway was found' };
  const underWay = namesOf(states, 'progressing');
  if (underWay.length > 0) {
    const details = states.flatMap(({ name, state }) =>
      state.kind === 'progressing' ? [`${name} (${state.message})`] : [],
    );
    return {
      status: 'False',
      reason: reasons.Progressing,
      message: `${states.length - underWay.length} of ${states.length} are synced; under way: ${listed(details)}`,
    };
  }
  const dry = namesOf(states, 'dryRun');
  if (dry.length > 0)
    return { status: 'False', reason: reasons.DryRun, message: `reported and not changed: ${listed(dry)}` };
  return { status: 'True', reason: reasons.Synced, message: `${states.length} of ${states.length} run their release` };
}

function namesOf(
  states: readonly { readonly name: string; readonly state: GatewayState }[],
  kind: GatewayState['kind'],
) {
  return states.filter(({ state }) => state.kind === kind).map(({ name }) => name);
}
