import type { Release } from '@stoker/crd-types';

/** The last complete rollout of each set of profiles: what a gateway that never had a release may start from. */
export type Rollouts = Readonly<Record<string, Release>>;

export interface GatewayProgress {
  readonly profileNames: readonly string[];
  readonly release: Release | undefined;
  /** Id of the release that its live pod has completed. */
  readonly completedReleaseId: string | undefined;
}

/** One key for gateways that follow the same profiles in the same order. */
function profileKey(profileNames: readonly string[]): string {
  return profileNames.join(',');
}

/** The last complete rollout of these profiles. Pods name them, and one may say `constructor`. */
export function rolledOutTo(rollouts: Rollouts, profileNames: readonly string[]): Release | undefined {
  const key = profileKey(profileNames);
  return Object.hasOwn(rollouts, key) ? rollouts[key] : undefined;
}

/**
 * Takes every release into account that all gateways of its profiles have completed by now; keeps the others as they
 * were. The same object when nothing changed.
 */
export function advanceRollouts(before: Rollouts, gateways: readonly GatewayProgress[]): Rollouts {
  const complete = [...Map.groupBy(gateways, ({ profileNames }) => profileKey(profileNames))].flatMap(
    ([key, members]) => {
      const release = members[0]?.release;
      const isComplete =
        release !== undefined &&
        members.every((member) => member.release?.id === release.id && member.completedReleaseId === release.id);
      return isComplete && before[key]?.id !== release.id ? [[key, release] as const] : [];
    },
  );
  return complete.length === 0 ? before : { ...before, ...Object.fromEntries(complete) };
}
