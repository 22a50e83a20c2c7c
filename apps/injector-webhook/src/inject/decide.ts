import { annotations, gatewayNameOf, labels } from '@stoker/crd-types';
import { describeError } from '@stoker/errors';
import { chooseStoker, type NamespaceFacts } from './chooseResources.ts';
import { findDataMounts } from './dataMounts.ts';
import { type JsonPatch, patchPod } from './patchPod.ts';
import type { Pod } from './pod.ts';
import { type AgentDefaults, sidecarContainer, sidecarName, sidecarVolumes } from './sidecar.ts';
import { found, type Outcome, type Refusal, refuse } from './verdict.ts';

/** What becomes of one pod. */
export type Verdict =
  | { readonly kind: 'skip'; readonly reason: 'NotRequested' | 'AlreadyInjected' }
  | {
      readonly kind: 'inject';
      readonly reason: 'Injected';
      /** Name of the `Stoker`. */
      readonly stoker: string;
      readonly patch: JsonPatch;
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'refuse'; readonly refusal: Refusal };

/** Decides from the pod and its namespace alone. The same pod gives the same patch, byte for byte. */
export function decide(pod: Pod, namespace: string, facts: NamespaceFacts, defaults: AgentDefaults): Verdict {
  if (pod.metadata.annotations?.[annotations.inject] !== 'true') return { kind: 'skip', reason: 'NotRequested' };
  if (
    pod.spec.initContainers?.some((container) => container.name === sidecarName) &&
    pod.metadata.labels?.[labels.cr] !== undefined
  ) {
    return { kind: 'skip', reason: 'AlreadyInjected' };
  }
  const free = checkNames(pod);
  if (!free.ok) return { kind: 'refuse', refusal: free.refusal };
  const name = checkGatewayName(pod);
  if (!name.ok) return { kind: 'refuse', refusal: name.refusal };
  const stoker = chooseStoker(pod, namespace, facts);
  if (!stoker.ok) return { kind: 'refuse', refusal: stoker.refusal };
  const data = findDataMounts(pod);
  if (!data.ok) return { kind: 'refuse', refusal: data.refusal };
  const patch = patchPod(pod, {
    initContainer: sidecarContainer(pod, stoker.value, data.value, defaults),
    volumes: sidecarVolumes(stoker.value, defaults),
    labels: { [labels.cr]: stoker.value.metadata.name },
    annotations: { [annotations.injected]: 'true' },
  });
  return { kind: 'inject', reason: 'Injected', stoker: stoker.value.metadata.name, patch, warnings: warningsFor(pod) };
}

function checkNames(pod: Pod): Outcome<true> {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  if (containers.some((container) => container.name === sidecarName)) {
    return refuse(
      'NameTaken',
      `the pod already has a container named "${sidecarName}", which is the name of Stoker's sidecar; rename it`,
    );
  }
  const taken = pod.spec.volumes?.find((volume) =>
    ['token', 'credentials', 'pod', 'cache', 'run'].some((part) => volume.name === `stoker-${part}`),
  );
  if (taken)
    return refuse(
      'NameTaken',
      `the pod already has a volume named "${taken.name}", which is one of Stoker's; rename it`,
    );
  return found(true);
}

/** With `generateName` the pod's name is not known yet, so an ordinal stands in for it. */
function checkGatewayName(pod: Pod): Outcome<string> {
  try {
    return found(gatewayNameOf({ podName: pod.metadata.name || 'pod-0', annotations: pod.metadata.annotations ?? {} }));
  } catch (error) {
    const { message, hint } = describeError(error);
    return refuse('InvalidAnnotation', hint === undefined ? message : `${message}; ${hint}`);
  }
}

function warningsFor(pod: Pod): readonly string[] {
  return pod.spec.shareProcessNamespace === true
    ? [
        'stoker: shareProcessNamespace lets the containers of this pod read the git credentials of the agent through /proc; turn it off if you can',
      ]
    : [];
}
