/**
 * How a credential could show up in a text, by a name for each: as it is, in a URL, in base64 (of a Secret, of a token, of the
 * header of basic authentication with any of `users`), and the lines of one that has several.
 */
export function formsOf(secret: string, users: readonly string[] = []): Readonly<Record<string, readonly string[]>> {
  const base64 = [secret, ...users.map((user) => `${user}:${secret}`)].map((text) => Buffer.from(text));
  return {
    raw: [secret],
    'in a URL': [
      encodeURIComponent(secret),
      encodeURI(secret),
      new URLSearchParams({ '': secret }).toString().slice(1),
    ],
    'in base64': base64.flatMap((bytes) => [bytes.toString('base64'), bytes.toString('base64url')]),
    'in part': secret.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----')),
  };
}
