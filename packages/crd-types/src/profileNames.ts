import { annotations } from './annotations.ts';

/** The profiles that a pod names, in order, without repetition; empty when it names none. */
export function profileNamesOf(podAnnotations: Readonly<Record<string, string>>): readonly string[] {
  const names = (podAnnotations[annotations.syncProfile] ?? '').split(',').map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
