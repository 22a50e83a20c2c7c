import { parseSyncProfile, type SyncProfile, syncProfiles, templateShape } from '@stoker/crd-types';
import { isStokerError, StokerError } from '@stoker/errors';
import { checkTemplate } from '@stoker/template';
import type { ProfileFacts } from '../releases/candidate.ts';

const checked = new WeakMap<SyncProfile, ProfileFacts>();

/** Whether a profile may be released, and if not why. Each object of the cache is checked once. */
export function checkedProfile(profile: SyncProfile): ProfileFacts {
  const known = checked.get(profile);
  if (known !== undefined) return known;
  const facts = check(profile);
  checked.set(profile, facts);
  return facts;
}

function check(profile: SyncProfile): ProfileFacts {
  const { name } = profile.metadata;
  try {
    const parsed = parseSyncProfile({
      apiVersion: `${syncProfiles.group}/${syncProfiles.version}`,
      kind: syncProfiles.kind,
      ...profile,
    });
    checkPaths(parsed);
    return { kind: 'valid', profile: parsed };
  } catch (error) {
    if (!isStokerError(error)) throw error;
    return { kind: 'refused', name, error };
  }
}

/** Every path template: its syntax and its variables. Whether `Vars` holds a key depends on the gateway's other profiles. */
function checkPaths({ spec }: SyncProfile): void {
  for (const [index, mapping] of spec.mappings.entries()) {
    checkPath(`spec.mappings[${index}].source`, mapping.source);
    checkPath(`spec.mappings[${index}].destination`, mapping.destination);
  }
  if (spec.deploymentMode) checkPath('spec.deploymentMode.source', spec.deploymentMode.source);
}

function checkPath(field: string, text: string): void {
  try {
    checkTemplate(text, templateShape);
  } catch (error) {
    if (!isStokerError(error)) throw error;
    const options = { reason: error.reason, class: 'stalled', hint: error.hint, cause: error } as const;
    throw new StokerError(`${field}: ${error.message}`, options);
  }
}
