import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../loader/checkResource.ts';
import type { ApiToken, Permission, Security } from './authorise.ts';

/** What a gateway demands that nobody has configured, and what its first start falls back to. */
export const defaultLevels = [
  { name: 'Authenticated', children: [{ name: 'Roles', children: [{ name: 'Administrator', children: [] }] }] },
];

/**
 * API tokens and permissions as they lie on disk in these collections, later ones override. Read at each call: a sync that
 * puts `security-properties` back makes tokens work again at once, whatever the scans do.
 */
export async function readSecurity(dataDir: string, collections: readonly string[]): Promise<Security> {
  const tokens = new Map<string, ApiToken>();
  let properties: Record<string, unknown> = {};
  for (const collection of collections) {
    const folder = join(dataDir, 'config/resources', collection, 'ignition');
    for (const name of await namesIn(join(folder, 'api-token'))) {
      const token = parseToken(await readConfig(join(folder, 'api-token', name)));
      if (token) tokens.set(name.toLowerCase(), token);
    }
    properties = (await readConfig(join(folder, 'security-properties'))) ?? properties;
  }
  return {
    tokens,
    read: parsePermission(properties['readPermissions']),
    write: parsePermission(properties['writePermissions']),
  };
}

function parseToken(config: Record<string, unknown> | undefined): ApiToken | undefined {
  const profile = config?.['profile'];
  const settings = config?.['settings'];
  if (!isRecord(profile) || !isRecord(settings) || typeof settings['tokenHash'] !== 'string') return undefined;
  return {
    hash: settings['tokenHash'],
    levels: levelPaths(profile['securityLevels']),
    secureChannelRequired: profile['secureChannelRequired'] === true,
  };
}

function parsePermission(value: unknown): Permission {
  if (!isRecord(value)) return { type: 'AnyOf', levels: levelPaths(defaultLevels) };
  return { type: value['type'] === 'AllOf' ? 'AllOf' : 'AnyOf', levels: levelPaths(value['securityLevels']) };
}

/** The leaves of a tree of security levels, each with the names of its parents. */
function levelPaths(levels: unknown, parent = ''): string[] {
  if (!Array.isArray(levels)) return [];
  return levels.filter(isRecord).flatMap((level) => {
    const path = `${parent}${String(level['name'])}`;
    const below = levelPaths(level['children'], `${path}/`);
    return below.length > 0 ? below : [path];
  });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    return absent(error, []);
  }
}

async function readConfig(folder: string): Promise<Record<string, unknown> | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    return isRecord(value) ? value : undefined;
  } catch (error) {
    // A config that does not parse is reported by the scan; here it grants nothing.
    if (Error.isError(error) && error.name === 'SyntaxError') return undefined;
    return absent(error, undefined);
  }
}

function absent<T>(error: unknown, value: T): T {
  if (Error.isError(error) && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return value;
  throw error;
}
