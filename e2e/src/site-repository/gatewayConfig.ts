import { createHash } from 'node:crypto';
import type { Random } from './random.ts';
import { addResource, ignitionJson, type RepositoryFiles } from './repositoryFiles.ts';

/** The key of the API token `stoker` that the repository configures: known to all, and good for simulated gateways only. */
const tokenKey = Buffer.from('not a secret: for simulated gateways').toString('base64url');

/** What the Secret of `gateway.apiKeySecretRef` holds. */
export const gatewayApiToken = `stoker:${tokenKey}`;

const automation = [{ name: 'Authenticated', children: [{ name: 'Automation', children: [] }] }];

/** Adds one resource with nothing but a `config.json`. */
function addConfig(files: RepositoryFiles, folder: string, config: object): void {
  addResource(files, folder, { 'config.json': ignitionJson(config) }, { attributes: { enabled: true } });
}

/** What all gateways share: the contents of the collection `core`. */
export function addSharedConfig(files: RepositoryFiles, random: Random): void {
  const core = 'config/shared';
  const mode = {
    title: 'Core',
    description: 'Shared by all gateways',
    enabled: true,
    inheritable: true,
    parent: 'external',
  };
  files.set(`${core}/config-mode.json`, ignitionJson(mode));
  const permission = { type: 'AnyOf', securityLevels: automation };
  addConfig(files, `${core}/ignition/security-properties`, {
    readPermissions: permission,
    writePermissions: permission,
    systemAuthProfile: 'default',
    systemIdentityProvider: 'default',
    userInactivityTimeout: 10,
  });
  const tokenHash = createHash('sha256').update(Buffer.from(tokenKey, 'base64url')).digest('base64url');
  addConfig(files, `${core}/ignition/api-token/stoker`, {
    profile: { type: 'basic-token', secureChannelRequired: true, securityLevels: automation },
    settings: { tokenHash },
  });
  for (const name of ['historian', 'erp', 'quality']) {
    addConfig(files, `${core}/ignition/database-connection/${name}`, database(name, 'localhost', random));
  }
  for (const name of ['default', 'operators']) {
    addConfig(files, `${core}/ignition/user-source/${name}`, { profile: { type: 'INTERNAL', failoverMode: 'HARD' } });
    addConfig(files, `${core}/ignition/identity-provider/${name}`, { type: 'internal', userSource: name });
  }
  for (const name of ['Office Hours', 'Night Shift', 'Weekend']) {
    addConfig(files, `${core}/ignition/schedule/${name}`, {
      profile: { type: 'basic', allDays: random.below(2) === 1 },
    });
  }
}

/** The devices that one area's gateway talks to. */
export function addDevices(files: RepositoryFiles, folder: string, area: string, random: Random): void {
  for (let number = 1; number <= 5; number++) {
    addConfig(files, `${folder}/com.inductiveautomation.opcua/device/${area}-plc-${number}`, {
      profile: { type: 'ModbusTcp' },
      settings: { hostname: `10.20.${random.below(250)}.${number}`, port: 502, timeoutMs: 2000 },
    });
  }
}

/** What differs from gateway to gateway. */
export function addSystemProperties(files: RepositoryFiles, gateway: string): void {
  addConfig(files, `gateways/${gateway}/system-properties`, { systemName: gateway, httpPort: 8088, httpsPort: 8043 });
}

/** A deployment mode: connections to the machines of that environment, laid over the shared ones. */
export function addMode(files: RepositoryFiles, mode: string, random: Random): void {
  for (const name of ['historian', 'erp', 'quality']) {
    const config = database(name, `${name}.${mode}.plant.example`, random);
    addConfig(files, `modes/${mode}/ignition/database-connection/${name}`, config);
  }
}

function database(name: string, host: string, random: Random): object {
  return {
    translator: 'POSTGRES',
    driver: 'PostgreSQL',
    connectURL: `jdbc:postgresql://${host}:5432/${name}`,
    username: 'ignition',
    poolMaxActive: 4 + random.below(8),
  };
}
