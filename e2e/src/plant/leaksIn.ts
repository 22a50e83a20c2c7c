import { formsOf } from './formsOf.ts';

/** Names that a token goes with in the header of basic authentication. */
const users = ['demo', 'git', 'oauth2', 'x-access-token', 'x-token-auth', ''];

/** Where a secret is said, and how: `<secret> <form>: <source>` each. `secrets` has a name for each. */
export function leaksIn(
  said: ReadonlyMap<string, string>,
  secrets: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    Object.entries(formsOf(secret, users)).flatMap(([form, texts]) =>
      [...said]
        .filter(([, text]) => texts.some((part) => text.includes(part)))
        .map(([source]) => `${name} ${form}: ${source}`),
    ),
  );
}
