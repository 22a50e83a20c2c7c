import { readFileSync } from 'node:fs';
import type { RelativePath } from '../paths/relativePath.ts';

/**
 * Mount points strictly inside a folder, relative to it: files that are bind-mounted, and other volumes. No rename
 * reaches over them. Empty where the system does not say (no /proc).
 */
export function mountsInside(target: string): readonly RelativePath[] {
  let table: string;
  try {
    table = readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return []; // Not Linux: renaming over a mount then fails by itself, and is undone.
  }
  return parseMountPoints(table)
    .filter((point) => point.startsWith(`${target}/`))
    .map((point) => point.slice(target.length + 1) as RelativePath);
}

/** The fifth field of each line of mountinfo(5), with blanks and backslashes as octal escapes. */
export function parseMountPoints(table: string): string[] {
  return table
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((point) => point !== undefined)
    .map((point) => point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(parseInt(octal, 8))));
}
