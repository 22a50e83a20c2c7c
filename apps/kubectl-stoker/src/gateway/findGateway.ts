import { usageError } from '@stoker/command-line';
import { type DiscoveredGateway, metadataName, type Stoker } from '@stoker/crd-types';
import { configMaps, type KubeClient } from '@stoker/kube';
import { chooseStoker, notFound } from '../get/chooseStoker.ts';
import { listStokers } from '../get/listStokers.ts';

/** A gateway and whose it is. Large sites list only gateways with news: then there is no entry. */
export interface FoundGateway {
  readonly name: string;
  readonly stoker: Stoker;
  readonly entry: DiscoveredGateway | undefined;
}

/** By its name, or as STOKER/GATEWAY where two Stokers have one of that name. Throws a sentence when there is none. */
export async function findGateway(client: KubeClient, namespace: string, typed: string): Promise<FoundGateway> {
  const [name = '', cr, ...others] = typed.split('/').toReversed();
  if (name === '' || cr === '' || others.length > 0) {
    throw usageError(`GATEWAY cannot be "${typed}"`, 'a name, or STOKER/GATEWAY');
  }
  const all = await listStokers(client, namespace);
  const stokers = cr === undefined ? all : [chooseStoker(all, cr, namespace)];
  const listed = stokers.flatMap((stoker) => {
    const entry = entriesOf(stoker).find((candidate) => candidate.name === name);
    return entry === undefined ? [] : [{ name, stoker, entry }];
  });
  const found = listed.length > 0 ? listed : await findUnlisted(client, stokers.filter(hasUnlisted), name);
  const [only] = found;
  if (only === undefined) {
    const names = stokers.flatMap(entriesOf).map((entry) => entry.name);
    throw notFound(`no gateway "${typed}"`, { typed: name, names, namespace });
  }
  if (found.length === 1) return only;
  const choices = found.map(({ stoker }) => `${stoker.metadata.name}/${name}`);
  throw usageError(`several Stokers have a gateway "${name}"`, `write one of ${choices.join(', ')}`);
}

/** By the document that the controller keeps for each gateway: to get it takes fewer rights than to list all of them. */
async function findUnlisted(
  client: KubeClient,
  stokers: readonly Stoker[],
  name: string,
): Promise<readonly FoundGateway[]> {
  const looked = stokers.map(async (stoker) => {
    const { namespace = '', name: cr } = stoker.metadata;
    const document = await client.find(configMaps, { namespace, name: metadataName(cr, name) });
    return document === undefined ? [] : [{ name, stoker, entry: undefined }];
  });
  return (await Promise.all(looked)).flat();
}

function entriesOf({ status }: Stoker): readonly DiscoveredGateway[] {
  return status?.discoveredGateways ?? [];
}

function hasUnlisted(stoker: Stoker): boolean {
  return (stoker.status?.gatewayCount ?? 0) > entriesOf(stoker).length;
}
