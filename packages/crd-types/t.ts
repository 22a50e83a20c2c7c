import { releaseId } from './src/releaseId.ts';
console.log(
  releaseId('0123456789abcdef0123456789abcdef01234567', {
    mappings: [
      { source: 'a', destination: 'b', type: 'dir', required: false, prune: 'mirror', allowEmpty: false },
      { source: 'c', destination: 'd', type: 'dir', required: false, prune: 'mirror', allowEmpty: false },
    ],
    excludePatterns: ['x'],
    vars: { site: 'north', line: '1' },
    syncPeriod: 30,
    driftPolicy: 'report',
    dryRun: false,
  }),
);
