import { formatKey, type KubeClient, type ObjectKey, type Secret, secrets } from '@stoker/kube';

export type SecretData = Readonly<Record<string, string>>;

export interface SecretReader {
  /** The Secret's data, base64 as it is stored; undefined when there is none. Throws what the API server answers. */
  read(key: ObjectKey): Promise<SecretData | undefined>;
}

/** What a metadata-only watch of Secrets knows of one. */
export type SecretVersion =
  | { readonly kind: 'unwatched' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'present'; readonly resourceVersion: string };

/**
 * Reads a Secret once and again when the watch shows another version of it: the values of Secrets that no CR names
 * never enter this process, and those it needs cost nothing at rest.
 */
export function createSecretReader(client: KubeClient, versionOf: (key: ObjectKey) => SecretVersion): SecretReader {
  const known = new Map<string, { readonly resourceVersion: string; readonly data: SecretData }>();
  return {
    read: async (key) => {
      const version = versionOf(key);
      const name = formatKey(key);
      if (version.kind === 'absent') {
        known.delete(name);
        return undefined;
      }
      const before = known.get(name);
      if (version.kind === 'present' && before?.resourceVersion === version.resourceVersion) return before.data;
      const secret = await client.find<Secret>(secrets, key);
      if (secret === undefined) {
        known.delete(name);
        return undefined;
      }
      const data = secret.data ?? {};
      known.set(name, { resourceVersion: secret.metadata.resourceVersion ?? '', data });
      return data;
    },
  };
}
