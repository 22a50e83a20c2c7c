import { describe, expect, test } from '@jest/globals';
import picomatch from 'picomatch';
import { deploymentModeMapping } from './deploymentModeMapping.ts';
import { ignitionProtection } from './ignitionProtection.ts';

const isProtected = picomatch([...ignitionProtection.paths], { dot: true });
const isExplicitOnly = picomatch([...ignitionProtection.explicitOnly], { dot: true });

describe('protected in a data folder', () => {
  test.each([
    '.resources/0a/1b',
    'projects/.resources/0a1b',
    'db/config.idb',
    'db',
    'metricsdb/a/b',
    'var/ignition/x',
    'logs/wrapper.log',
    'autobackup/plant.gwbk',
    'jar-cache/x.jar',
    'certificates/supplemental/a.pem',
    'keystore/ssl.pfx',
    'config/local/x',
    'config/resources/local/ignition/local-system-properties/config.json',
    'config/ignition/keys/root.json',
    'config.idb',
    'wrapper.log',
    '.uuid',
    'uuid.txt',
    '.container-init.conf',
    '.alarms_plant',
    'config/resources/core/a/b/c.digest.json',
    'projects/.deleted-old',
    'migration-log-2026.md',
  ])('is %s', (path) => expect(isProtected(path)).toBe(true));

  test.each([
    'projects/plant/com.inductiveautomation.perspective/views/logs/view.json',
    'projects/plant/com.inductiveautomation.perspective/views/var/view.json',
    'projects/db/project.json',
    'config/resources/core/ignition/keystore/config.json',
    'config/resources/locale/config-mode.json',
    'config/resources/core/config-mode.json',
    'modules/plant.modl',
  ])('is not %s', (path) => expect(isProtected(path)).toBe(false));

  test('are the root files that a mapping must name', () => {
    expect(isExplicitOnly('gateway.xml') && isExplicitOnly('ignition.conf')).toBe(true);
    expect(isExplicitOnly('projects/plant/modules.json')).toBe(false);
  });
});

test('a deployment mode is laid over core, and deletes only what it wrote', () => {
  expect(deploymentModeMapping({ source: 'modes/{{.Vars.mode}}' })).toMatchObject({
    source: 'modes/{{.Vars.mode}}',
    destination: 'config/resources/core',
    type: 'dir',
    required: true,
    prune: 'owned',
  });
});
