import { createHash } from 'node:crypto';

export interface ApiToken {
  /** `base64url-nopad(SHA-256(base64url-decode(key)))`. */
  readonly hash: string;
  /** Security levels as paths: `Authenticated/Roles/Administrator`. */
  readonly levels: readonly string[];
  readonly secureChannelRequired: boolean;
}

export interface Permission {
  readonly type: 'AnyOf' | 'AllOf';
  readonly levels: readonly string[];
}

/** What the gateway knows about who may call its REST API. */
export interface Security {
  readonly tokens: ReadonlyMap<string, ApiToken>;
  readonly read: Permission;
  readonly write: Permission;
}

export interface Caller {
  /** The whole header: `<name>:<key>`. */
  readonly token: string | undefined;
  readonly method: string;
  /** Over https. */
  readonly secure: boolean;
}

/** 401: missing or unknown. 403: known, and lacks the level or the secure channel. Undefined: go ahead. */
export function authorise({ token, method, secure }: Caller, security: Security): 401 | 403 | undefined {
  const [, name = '', key = ''] = /^([^:]+):(.+)$/.exec(token ?? '') ?? [];
  const known = security.tokens.get(name.toLowerCase());
  if (known === undefined || known.hash !== hashOfKey(key)) return 401;
  if (known.secureChannelRequired && !secure) return 403;
  const { type, levels } = method === 'GET' ? security.read : security.write;
  const holds = (level: string) => known.levels.includes(level);
  return (type === 'AllOf' ? levels.every(holds) : levels.some(holds)) ? undefined : 403;
}

/** What a gateway stores of a token's key. */
function hashOfKey(key: string): string {
  return createHash('sha256').update(Buffer.from(key, 'base64url')).digest('base64url');
}

/** Adds a token `<name>:<key>` that holds every level there is. */
export function withGivenToken(security: Security, token: string | undefined): Security {
  const [, name, key] = /^([^:]+):(.+)$/.exec(token ?? '') ?? [];
  if (name === undefined || key === undefined) return security;
  const levels = [...security.read.levels, ...security.write.levels];
  const given: ApiToken = { hash: hashOfKey(key), levels, secureChannelRequired: false };
  return { ...security, tokens: new Map([...security.tokens, [name.toLowerCase(), given]]) };
}
