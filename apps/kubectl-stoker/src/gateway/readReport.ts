import { documentKeys, parseStatusDocument, type StatusDocument, statusName } from '@stoker/crd-types';
import { configMaps, type KubeClient } from '@stoker/kube';
import type { FoundGateway } from './findGateway.ts';

/** What a gateway's agent says itself; undefined before its first report. */
export async function readReport(
  client: KubeClient,
  { stoker, name }: FoundGateway,
): Promise<StatusDocument | undefined> {
  const { namespace = '', name: cr } = stoker.metadata;
  const document = await client.find(configMaps, { namespace, name: statusName(cr, name) });
  const text = document?.data?.[documentKeys.status];
  return text === undefined ? undefined : parseStatusDocument(text);
}
