import { annotations, sidecarContainerName } from '@stoker/crd-types';
import { type KubeClient, pods } from '@stoker/kube';
import type { Logger } from '@stoker/logging';
import { describeUpgrade, readUpgrade } from '../gateways/agentUpgrade.ts';
import { type Pod, sidecarStatus } from '../gateways/podFacts.ts';
import { nextToUpgrade } from '../gateways/outdatedAgents.ts';
import { fieldManager } from './deps.ts';
import { done, type Draft, type Outcome } from './draft.ts';

/** Under `upgradePolicy: InPlace` gives one pod's sidecar the image of the installation: the kubelet restarts it alone. */
export async function upgradeAgents(
  draft: Draft,
  deps: { readonly client: Pick<KubeClient, 'get' | 'apply'>; readonly logger: Pick<Logger, 'info'> },
): Promise<Outcome> {
  const { agentImage, stoker, namespace } = draft;
  if (agentImage === undefined || stoker.spec.agent.upgradePolicy !== 'InPlace') return done;
  const next = nextToUpgrade(draft);
  if (next === undefined) return done;
  const { name, uid } = next.gateway.pod;
  // What runs now, not what a cache has seen: the note names the container that goes.
  const now = await deps.client.get<Pod>(pods, { namespace, name });
  // Upgraded before, and the cache has not seen it yet: its new container would be named for the one that goes.
  if (readUpgrade(now.metadata.annotations?.[annotations.agentUpgrade], undefined)?.image === agentImage) return done;
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    // With its UID, so that a pod of the same name that came meanwhile is left alone.
    metadata: {
      name,
      namespace,
      uid,
      annotations: { [annotations.agentUpgrade]: describeUpgrade(agentImage, sidecarStatus(now)) },
    },
    spec: { initContainers: [{ name: sidecarContainerName, image: agentImage }] },
  };
  await deps.client.apply(pods, pod, { fieldManager });
  deps.logger.info('agent upgraded in its pod', { stoker: draft.key, pod: name, gateway: next.gateway.name });
  return done;
}
