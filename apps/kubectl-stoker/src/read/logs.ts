import { usageError } from '@stoker/command-line';
import { sidecarContainerName } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import { findGateway } from '../gateway/findGateway.ts';
import type { Request } from '../run.ts';

/** `kubectl stoker logs`: what the agent writes, as it is. */
export async function logs(request: Request): Promise<undefined> {
  const { client, namespace, words, values, switches, stdout, stop } = request;
  const query = new URLSearchParams({ container: sidecarContainerName });
  if (switches.has('follow')) query.set('follow', 'true');
  if (values.tail !== undefined) query.set('tailLines', tailLines(values.tail));
  const { name, entry } = await findGateway(client, namespace, words[0] ?? '');
  if (entry === undefined) {
    throw new StokerError(
      `the pod of gateway ${name} is not listed: its Stoker lists only gateways that are not synced`,
      {
        reason: 'NotListed',
        class: 'waiting',
        hint: `kubectl logs POD --container ${sidecarContainerName} -n ${namespace}`,
      },
    );
  }
  const path = `/api/v1/namespaces/${namespace}/pods/${entry.pod}/log?${query.toString()}`;
  const body = await client.stream(path, { signal: stop, accept: '*/*' });
  try {
    for await (const chunk of body) stdout.write(chunk);
  } catch (error) {
    // Whoever asked for it has gone.
    if (!stop.aborted) throw error;
  }
  return undefined;
}

function tailLines(text: string): string {
  if (!/^\d+$/.test(text)) throw usageError(`--tail cannot be "${text}"`, 'a number of lines, as in --tail 20');
  return text;
}
