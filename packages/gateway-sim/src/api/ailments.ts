import type { ResourceFolder } from '../loader/loadedResources.ts';

/** What a test wants a gateway to complain about, once it has scanned a configuration that holds a text. */
export type Ailment =
  /** A health check of every resource whose `config.json` holds `contains`. */
  | { readonly kind: 'resource'; readonly contains: string; readonly message: string }
  /** A module in quarantine, while any `config.json` holds `contains`; without that text always. */
  | { readonly kind: 'module'; readonly contains?: string; readonly id: string; readonly reason: string };

/** The resource as the REST API shows it. */
export function envelopeOf(resource: ResourceFolder, ailments: readonly Ailment[]): object {
  const { name, collection, signature, config } = resource;
  const complaint = ailments.find((ailment) => ailment.kind === 'resource' && holds(resource, ailment.contains));
  const message = complaint?.kind === 'resource' ? complaint.message : null;
  return {
    name: name ?? '',
    enabled: true,
    collection,
    collections: [collection],
    signature,
    config,
    data: [],
    metrics: {},
    healthchecks: { status: { result: { healthy: message === null, message } } },
  };
}

/** In the reduced shape in which quarantined modules are shown. */
export function quarantined(ailments: readonly Ailment[], resources: readonly ResourceFolder[]): object[] {
  return ailments.flatMap((ailment) => {
    if (ailment.kind !== 'module') return [];
    const { contains, id, reason } = ailment;
    if (contains !== undefined && !resources.some((resource) => holds(resource, contains))) return [];
    return [{ id, name: id, version: '1.0.0', certAccepted: false, licenseAccepted: false, reason }];
  });
}

function holds({ config }: ResourceFolder, text: string): boolean {
  return JSON.stringify(config ?? null).includes(text);
}
