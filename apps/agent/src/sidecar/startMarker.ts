import { lstat, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const fileName = 'started.json';

/** Whether an earlier process of this pod's agent let the gateway start: in an emptyDir, the marker lives as long as the pod. */
export async function hasStartMarker(directory: string): Promise<boolean> {
  try {
    await lstat(join(directory, fileName));
    return true;
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

/** There is a whole marker, or none. */
export async function writeStartMarker(directory: string): Promise<void> {
  const path = join(directory, fileName);
  await writeFile(`${path}.new`, '{}');
  await rename(`${path}.new`, path);
}
