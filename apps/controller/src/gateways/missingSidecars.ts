import { annotations } from '@stoker/crd-types';
import { asksForAgent, type Pod, type PodFacts } from './podFacts.ts';

/**
 * Pods that asked for the agent and run without it: they were made while the injector was away, or before it came. The
 * ones that name no CR belong to the only one of the namespace.
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
  return [...labelled.map(({ name }) => name), ...unlabelled.map(({ metadata }) => metadata.name)].toSorted();
}
