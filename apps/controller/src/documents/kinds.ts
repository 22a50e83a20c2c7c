/** Values of the label `stoker.io/document`. */
export const documentKinds = {
  metadata: 'metadata',
  status: 'status',
  changes: 'changes',
  rollouts: 'rollouts',
} as const;
