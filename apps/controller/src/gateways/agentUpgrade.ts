import type { ContainerStatus } from './podFacts.ts';

/** An agent that was given another image in its running pod. */
export interface AgentUpgrade {
  readonly image: string;
  /** Its container came after the upgrade and has passed its startup probe. Until then the old one may be seen running. */
  readonly hasStarted: boolean;
}

/** The value of the annotation. The container is named, since clocks of nodes differ and images are told in other words. */
export function describeUpgrade(image: string, replaced: ContainerStatus | undefined): string {
  return `${image} ${replaced?.containerID ?? ''}`;
}

export function readUpgrade(note: string | undefined, status: ContainerStatus | undefined): AgentUpgrade | undefined {
  if (note === undefined) return undefined;
  const [image = '', replaced] = note.split(' ');
  const isNew = status?.containerID !== undefined && status.containerID !== replaced;
  return { image, hasStarted: isNew && status.started === true && status.state?.running !== undefined };
}
