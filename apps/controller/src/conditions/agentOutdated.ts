import { reasons } from '@stoker/crd-types';
import { outdatedGateways } from '../gateways/outdatedAgents.ts';
import type { Draft } from '../reconcile/draft.ts';
import { type Claim, listed } from './claim.ts';

/** Undefined: nobody has told which image new pods would get. */
export function agentOutdated(draft: Draft): Claim | undefined {
  const { agentImage, gateways, stoker } = draft;
  if (agentImage === undefined || gateways.length === 0) return undefined;
  const outdated = outdatedGateways(draft).map(({ gateway }) => gateway.name);
  if (outdated.length === 0) {
    return { status: 'False', reason: reasons.Succeeded, message: `every agent runs ${agentImage}` };
  }
  const way =
    stoker.spec.agent.upgradePolicy === 'InPlace'
      ? 'upgraded one after another'
      : 'upgraded with their next pod; for sooner set spec.agent.upgradePolicy to InPlace';
  return {
    status: 'True',
    reason: reasons.AgentOutdated,
    message: `another image than ${agentImage}: ${listed(outdated)}; ${way}`,
  };
}
