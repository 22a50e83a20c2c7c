import type { ConfigMap } from '@stoker/kube';
import type { Rollouts } from '../releases/rollouts.ts';

/** The controller's own memory: one ConfigMap a CR, written when a rollout is complete. */
export function rolloutsName(crName: string): string {
  return `stoker-rollouts-${crName}`;
}

export const rolloutsKey = 'rollouts.json';

/** Far below the 1 MiB that one object may have. */
const maxBytes = 786_432;

/** What cannot be read is forgotten: the next complete rollout writes it anew. */
export function readRollouts(configMap: ConfigMap | undefined): Rollouts {
  const text = configMap?.data?.[rolloutsKey];
  if (text === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(text);
    const rollouts =
      typeof parsed === 'object' && parsed !== null && 'rollouts' in parsed ? parsed.rollouts : undefined;
    return isRollouts(rollouts) ? rollouts : {};
  } catch {
    // Nobody but this controller writes it; a person's edit must not stop the CR.
    return {};
  }
}

/** As text; where it would grow too large, the sets of profiles that were rolled out first are left out. */
export function writeRollouts(rollouts: Rollouts): string {
  let entries = Object.entries(rollouts);
  for (;;) {
    const text = JSON.stringify({ schema: 1, rollouts: Object.fromEntries(entries) });
    if (Buffer.byteLength(text) <= maxBytes || entries.length <= 1) return text;
    entries = entries.slice(1);
  }
}

function isRollouts(value: unknown): value is Rollouts {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (release: unknown) =>
        typeof release === 'object' &&
        release !== null &&
        'id' in release &&
        'repository' in release &&
        'commit' in release &&
        'profile' in release &&
        'profileNames' in release,
    )
  );
}
