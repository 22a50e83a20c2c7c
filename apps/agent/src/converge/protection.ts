import type { Protection } from '@stoker/sync-engine';

/** Ignition's own run-time state, and the files in the root of its data folder that a profile must name one by one. */
export const protection: Protection = {
  paths: [
    '**/.resources/**',
    'db/**',
    'metricsdb/**',
    'var/**',
    'logs/**',
    'autobackup/**',
    'jar-cache/**',
    'certificates/**',
    'keystore/**',
    'config/local/**',
    'config/resources/local/**',
    'config/ignition/keys/**',
    '*.idb',
    '*.log',
    '.uuid',
    'uuid.txt',
    '.container-init.conf',
    '.alarms_*',
    '**/*.digest.json',
    '**/.deleted-*',
    'migration-log-*.md',
  ],
  explicitOnly: ['gateway.xml', 'redundancy.xml', 'ignition.conf', 'commissioning.json', 'modules.json', 'logback.xml'],
};
