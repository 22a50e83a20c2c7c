/**
 * What no sync of a gateway's data folder may touch: globs over paths relative to that folder. The shape is the `Protection`
 * of `@stoker/sync-engine`. Only `.resources` and the patterns that say so match at any depth: a Perspective view may well
 * be called `logs` or `var`.
 */
export const ignitionProtection = {
  /** Run-time state: identity, databases, keys, caches. Never written, never deleted, never drift. */
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
  /** The gateway and its container write these too: only a `file` mapping that names one may write it, nothing deletes it. */
  explicitOnly: ['gateway.xml', 'redundancy.xml', 'ignition.conf', 'commissioning.json', 'modules.json', 'logback.xml'],
} as const;
