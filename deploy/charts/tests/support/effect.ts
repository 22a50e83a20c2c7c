import { expect } from '@jest/globals';
import type { Values } from './renderChart.ts';

/** What setting one value must change. */
export interface Effect {
  /** As `readValues` calls it. */
  readonly value: string;
  readonly to: unknown;
  /** `Kind/name` of the manifest that changes. */
  readonly in: string;
  /** Where it changes; the whole when left out. */
  readonly at?: string;
  /** What stands there then, and did not before. Undefined: nothing, and something did before. */
  readonly is: unknown;
  /** Values it needs beside itself. */
  readonly with?: Values;
}

/** Where the command line of a component stands. */
export const args = 'spec.template.spec.containers.0.args';

/** Where the volumes of a component are mounted. */
export const mounts = 'spec.template.spec.containers.0.volumeMounts';

/** A command line with this argument. */
export function argument(text: string): unknown {
  return expect.arrayContaining([text]);
}

/** It is there, whatever it holds. */
export const something: unknown = expect.anything();

export const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
