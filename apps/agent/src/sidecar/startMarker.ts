import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * In an emptyDir, so it lives as long as the pod: a restarted agent knows that the gateway was let start, and whether
 * it still has to put right what the gateway's very first start rewrote.
 */
export interface StartMarker {
  readonly firstBootPending: boolean;
}

const fileName = 'started.json';

/** Undefined: this pod's gateway was not let start yet. */
export async function readStartMarker(directory: string): Promise<StartMarker | undefined> {
  try {
    const marker: unknown = JSON.parse(await readFile(join(directory, fileName), 'utf8'));
    const pending = typeof marker === 'object' && marker !== null && 'firstBootPending' in marker;
    return { firstBootPending: pending && marker.firstBootPending === true };
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    // A damaged marker is still a marker.
    if (Error.isError(error) && error.name === 'SyntaxError') return { firstBootPending: false };
    throw error;
  }
}

/** Replaces the marker in one step. */
export async function writeStartMarker(directory: string, marker: StartMarker): Promise<void> {
  const path = join(directory, fileName);
  await writeFile(`${path}.new`, JSON.stringify(marker));
  await rename(`${path}.new`, path);
}
