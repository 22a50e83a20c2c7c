import { createHash } from 'node:crypto';

/** How a tree looks; the same numbers give the same bytes on every machine. */
export interface TreeShape {
  readonly files: number;
  readonly folders: number;
  readonly bytesPerFile: number;
}

/** Path → content of a tree of JSON files, as the configuration of a gateway is. */
export function makeTree(shape: TreeShape): Record<string, string> {
  const numbers = Array.from({ length: shape.files }, (_, number) => number);
  return Object.fromEntries(numbers.map((number) => [pathOf(number, shape), contentOf(number, 0, shape)]));
}

/** The same tree after a day's work: so many of its files, spread over it, have other content. */
export function changesTo(shape: TreeShape, count: number): Record<string, string> {
  const step = Math.max(1, Math.floor(shape.files / count));
  const numbers = Array.from({ length: count }, (_, index) => index * step);
  return Object.fromEntries(numbers.map((number) => [pathOf(number, shape), contentOf(number, 1, shape)]));
}

function pathOf(number: number, { folders }: TreeShape): string {
  const folder = number % folders;
  return `projects/area-${folder % 20}/views-${folder}/view-${number}.json`;
}

function contentOf(number: number, revision: number, { bytesPerFile }: TreeShape): string {
  const line = createHash('sha256').update(`${number} ${revision}`).digest('hex');
  const lines = Array.from({ length: Math.max(1, Math.floor(bytesPerFile / 80)) }, (_, index) => `${index} ${line}`);
  return JSON.stringify({ number, revision, lines }, null, 1);
}
