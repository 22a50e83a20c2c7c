/** Removes credentials from text. */
export interface Redactor {
  /** From now on this value never appears, also not URL-encoded, in base64 or inside JSON. */
  protect(secret: string): void;
  redact(text: string): string;
}

const mask = '[redacted]';
/** Shorter values would mask ordinary words. */
const shortestSecret = 6;
/** Without the scheme, so that a long run of letters is looked at once. Up to the last `@`: a password may hold some. */
const urlCredentials = /(:\/\/)[^\s/"'\\]+@/g;
/** As text, and as JSON, also inside another JSON: then there are backslashes before the quotes. */
const authorizationHeader = /(authorization\\*["']?\s*[:=]\s*\\*["']?(?:basic|bearer|token)\s+)[^\s"',\\]+/gi;

/** Masks what looks like a credential (`user:password@` in a URL, an Authorization header) and every protected value. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  let ordered: string[] = [];
  return {
    protect(secret) {
      for (const spelling of spellings(secret.trim())) if (spelling.length >= shortestSecret) secrets.add(spelling);
      ordered = [...secrets].sort((a, b) => b.length - a.length);
    },
    redact(text) {
      let result = text;
      for (const secret of ordered) result = result.replaceAll(secret, mask);
      return result.replace(urlCredentials, `$1${mask}@`).replace(authorizationHeader, `$1${mask}`);
    },
  };
}

function spellings(secret: string): string[] {
  const lines = secret.includes('\n')
    ? secret.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'))
    : [];
  return [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    ...lines,
  ];
}
