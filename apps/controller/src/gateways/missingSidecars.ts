import { annotations } from '@stoker/crd-types';
import { asksForAgent, type Pod, type PodFacts } from './podFacts.ts';

const asking = 'true';

/**
 * Pods that asked for the agent and run without it: they were made while the injector was away, or before it came. The
 * ones that name no CR belong to the only one of the namespace. Where the request was misspelt the name says so.
 */
export function findMissingSidecars(options: {
  readonly crName: string;
  readonly isOnlyStoker: boolean;
  /** Labelled for this CR. */
  readonly agentPods: readonly PodFacts[];
  /** Of the namespace, without the label; metadata alone. */
  readonly otherPods: readonly Pod[];
}): readonly string[] {
  const labelled = options.agentPods.filter(({ sidecar, isFinished, isTerminating }) => {
    return sidecar.kind === 'absent' && !isFinished && !isTerminating;
  });
  const unlabelled = options.otherPods.filter((pod) => {
    if (!asksForAgent(pod) || pod.metadata.deletionTimestamp !== undefined) return false;
    const named = pod.metadata.annotations?.[annotations.crName];
    return named === undefined || named === '' ? options.isOnlyStoker : named === options.crName;
  });
  return [...labelled.map(({ name }) => name), ...unlabelled.map(nameOf)].toSorted();
}

/** The API server asks the injector for one word alone, so that nobody else can tell of another. */
function nameOf({ metadata: { name, annotations: notes } }: Pod): string {
  const found = notes?.[annotations.inject];
  if (found === asking) return name;
  const shown = JSON.stringify(found?.slice(0, 40));
  return `${name} (its annotation ${annotations.inject} is ${shown}: write "${asking}" into the pod template)`;
}
