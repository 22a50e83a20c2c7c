import type { WriteOperation } from '../apply/stageFiles.ts';
import type { Operation } from '../plan/operations.ts';

/** The operations that need content, in the order in which it is staged. */
export function writesOf({ operations }: { readonly operations: readonly Operation[] }): readonly WriteOperation[] {
  return operations.filter((operation) => operation.kind === 'write');
}
