import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultLevels } from '../security/readSecurity.ts';
import { signAgain, writeWhole } from './resourceFolder.ts';

const resources = 'config/resources';
const configMode = (title: string, parent: string) => ({ title, enabled: true, inheritable: true, parent });

/** Run-time state that a gateway makes in a new data folder. None of it is anybody's to sync. */
const runTimeState: Readonly<Record<string, string>> = {
  'db/config.idb': 'SQLite format 3\0',
  'metricsdb/metrics.idb': 'SQLite format 3\0',
  'var/ignition.lock': '',
  'logs/wrapper.log': 'INFO   | jvm 1 | simulated gateway\n',
  'jar-cache/cache.txt': '',
  'certificates/supplemental/README.txt': '',
  'keystore/ssl.pfx': 'simulated',
  'config/ignition/keys/root.json': '{}',
  'config/resources/local/config-mode.json': JSON.stringify(configMode('Local', ''), undefined, 2),
  '.container-init.conf': 'initialized=true\n',
  '.alarms_simulated': '',
};

/**
 * What the very first start of a gateway does to its data folder, told by the missing `.uuid`: run-time state appears, a missing
 * core collection too, and `security-properties` of the collection that rules, if it is there, goes back to defaults. That
 * takes the rights of API tokens away until somebody puts the file back. Returns whether it was the first start.
 */
export async function firstBoot(dataDir: string, collections: readonly string[]): Promise<boolean> {
  if (existsSync(join(dataDir, '.uuid'))) return false;
  for (const [path, content] of Object.entries(runTimeState)) await writeWhole(dataDir, path, content);
  if (!existsSync(join(dataDir, resources, 'core'))) {
    const core = JSON.stringify(configMode('Core', 'external'), undefined, 2);
    await writeWhole(dataDir, `${resources}/core/config-mode.json`, core);
  }
  const ruling = collections
    .map((collection) => `${resources}/${collection}/ignition/security-properties`)
    .findLast((folder) => existsSync(join(dataDir, folder, 'config.json')));
  if (ruling !== undefined) {
    const permission = { type: 'AnyOf', securityLevels: defaultLevels };
    const properties = { readPermissions: permission, writePermissions: permission, systemAuthProfile: 'default' };
    await writeWhole(dataDir, `${ruling}/config.json`, JSON.stringify(properties, undefined, 2));
    await signAgain(dataDir, ruling, { actor: 'system' });
  }
  await writeWhole(dataDir, '.uuid', randomUUID());
  return true;
}
