import { reasons, type SyncProfile } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';

/**
 * What only shows when the profiles of one gateway come together.
 *
 * @throws StokerError `ProfilesConflict` when two of them claim one destination, `InvalidTemplate` when a path uses a key
 *   of `Vars` that none of them has.
 */
export function checkCombination(profiles: readonly SyncProfile[]): void {
  checkDestinations(profiles);
  checkVariables(profiles);
}

/** Inside a profile overlapping folders are layering; two profiles that write one path have two owners for it. */
function checkDestinations(profiles: readonly SyncProfile[]): void {
  const claimed = new Map<string, { profile: string; field: string }>();
  for (const { metadata, spec } of profiles) {
    for (const [index, { destination }] of spec.mappings.entries()) {
      const path = normalise(destination);
      const field = `spec.mappings[${index}].destination`;
      const first = claimed.get(path);
      if (first === undefined) claimed.set(path, { profile: metadata.name, field });
      else if (first.profile !== metadata.name) {
        throw new StokerError(
          `SyncProfiles ${first.profile} (${first.field}) and ${metadata.name} (${field}) both claim ${JSON.stringify(destination)}`,
          {
            reason: reasons.ProfilesConflict,
            class: 'stalled',
            hint: 'let one profile have it, or give them different destinations',
          },
        );
      }
    }
  }
}

function checkVariables(profiles: readonly SyncProfile[]): void {
  const known = new Set(profiles.flatMap(({ spec }) => Object.keys(spec.vars)));
  for (const { metadata, spec } of profiles) {
    for (const [index, mapping] of spec.mappings.entries()) {
      for (const side of ['source', 'destination'] as const) {
        requireKeys(mapping[side], known, `SyncProfile ${metadata.name}, spec.mappings[${index}].${side}`);
      }
    }
    const overlay = spec.deploymentMode?.source;
    if (overlay !== undefined) requireKeys(overlay, known, `SyncProfile ${metadata.name}, spec.deploymentMode.source`);
  }
}

function requireKeys(template: string, known: ReadonlySet<string>, where: string): void {
  for (const [, key] of template.matchAll(/\{\{[ \t]*\.Vars\.([A-Za-z_][A-Za-z0-9_]*)[ \t]*\}\}/g)) {
    if (key === undefined || known.has(key)) continue;
    throw new StokerError(`${where} uses {{.Vars.${key}}}, and no profile of the gateway sets ${key}`, {
      reason: reasons.InvalidTemplate,
      class: 'stalled',
      hint: `add ${key} to spec.vars`,
    });
  }
}

/** `./config/` and `config` are one folder. */
function normalise(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 ? '.' : parts.join('/');
}
