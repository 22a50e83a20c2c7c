import { readFile } from 'node:fs/promises';
import { parseSyncProfile, resolveProfiles, type ResolvedProfile } from '@stoker/crd-types';
import { usageError } from '@stoker/command-line';

/** Without `--profile`: the folder as it is. */
const wholeFolder = { mappings: [{ source: '.', destination: '.', type: 'dir' }] };
/** The default of a Stoker resource, which standalone there is none of. */
const excludePatterns = ['**/.git/', '**/.gitkeep'];

/**
 * The profile of a standalone sync: the one in the file, or `.` to `.`. `set` wins over its vars.
 * Live edits are put back whatever its drift policy: standalone, the target ends equal to git.
 * @throws StokerError `Usage` (no such file, no YAML), `InvalidResource` (names field, what was found, what would work)
 */
export async function readProfile(
  file: string | undefined,
  set: Readonly<Record<string, string>>,
): Promise<ResolvedProfile> {
  const document = file === undefined ? nameless(wholeFolder) : await readDocument(file);
  const profile = resolveProfiles({ excludePatterns }, [parseSyncProfile(document)]);
  return { ...profile, vars: { ...profile.vars, ...set }, driftPolicy: 'restore' };
}

function nameless(spec: object): object {
  return { apiVersion: 'stoker.io/v1alpha1', kind: 'SyncProfile', metadata: { name: 'standalone' }, spec };
}

async function readDocument(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw usageError(
      `--profile ${file} cannot be read: ${codeOf(cause)}`,
      'name a file with a SyncProfile document',
      cause,
    );
  });
  // Of its own, so that a sync without a profile need not load a YAML parser.
  const { parseYaml } = await import('./parseYaml.ts');
  return parseYaml(text, file);
}

function codeOf(error: unknown): string {
  return Error.isError(error) && 'code' in error ? String(error.code) : 'unknown error';
}
