import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gatewayNameOf, podSeen } from '@stoker/crd-types';
import { isStokerError } from '@stoker/errors';

/** Our pod as the downward API shows it. */
export interface PodFiles {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Changes when a label does. */
  readonly labelsHash: string;
}

export const noPodFiles: PodFiles = { labels: {}, annotations: {}, labelsHash: podSeen({}).labelsHash };

export async function readPodFiles(directory: string): Promise<PodFiles> {
  const [labels, annotations] = await Promise.all([
    readPodFile(directory, 'labels'),
    readPodFile(directory, 'annotations'),
  ]);
  return { labels, annotations, labelsHash: podSeen({ labels }).labelsHash };
}

/** Whether the pod was given another gateway name. One that is no name changes nothing: the controller says so. */
export function isRenamed(
  { annotations }: PodFiles,
  { podName, gatewayName }: { readonly podName: string; readonly gatewayName: string },
): boolean {
  try {
    return gatewayNameOf({ podName, annotations }) !== gatewayName;
  } catch (error) {
    if (isStokerError(error)) return false;
    throw error;
  }
}

/** Labels or annotations of our pod as the downward API has them now. Missing (an older injector): none. */
export async function readPodFile(directory: string, file: 'labels' | 'annotations'): Promise<Record<string, string>> {
  try {
    return parseDownwardMap(await readFile(join(directory, file), 'utf8'));
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/** Reads `key="value"` lines; a value is quoted as Go's `strconv.Quote` does it. */
export function parseDownwardMap(text: string): Record<string, string> {
  const map: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const separator = line.indexOf('=');
    if (separator > 0) map[line.slice(0, separator)] = unquote(line.slice(separator + 1));
  }
  return map;
}

/** Go knows escapes that JSON does not: `\a`, `\v`, `\x41`, `\U0001F600`. */
function unquote(quoted: string): string {
  const json = quoted.replace(/\\(a|v|x[0-9a-f]{2}|U[0-9a-f]{8}|.)/gs, (escape, code: string) => {
    if (code === 'a') return '\\u0007';
    if (code === 'v') return '\\u000b';
    if (code.startsWith('x') && code.length === 3) return `\\u00${code.slice(1)}`;
    if (code.startsWith('U') && code.length === 9) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    return escape;
  });
  const value: unknown = JSON.parse(json);
  return String(value);
}
