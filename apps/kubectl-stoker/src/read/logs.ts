import { usageError } from '@stoker/command-line';
import { sidecarContainerName } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import type { KubeClient } from '@stoker/kube';
import { findGateway, type FoundGateway } from '../gateway/findGateway.ts';
import { readReport } from '../gateway/readReport.ts';
import type { Request } from '../run.ts';

/** `kubectl stoker logs`: what the agent writes, as it is. */
export async function logs(request: Request): Promise<undefined> {
  const { client, namespace, words, values, switches, stdout, stop } = request;
  const query = new URLSearchParams({ container: sidecarContainerName });
  if (switches.has('follow')) query.set('follow', 'true');
  if (values.tail !== undefined) query.set('tailLines', tailLines(values.tail));
  const pod = await podOf(client, await findGateway(client, namespace, words[0] ?? ''));
  const path = `/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(pod)}/log?${query.toString()}`;
  const body = await client.stream(path, { signal: stop, accept: '*/*' });
  try {
    for await (const chunk of body) stdout.write(chunk);
  } catch (error) {
    // Whoever asked for it has gone.
    if (!stop.aborted) throw error;
  }
  return undefined;
}

/** Of a gateway that its Stoker does not list the agent has said which pod it is in. */
async function podOf(client: KubeClient, found: FoundGateway): Promise<string> {
  const pod = found.entry?.pod ?? (await readReport(client, found))?.podName;
  if (pod !== undefined) return pod;
  const { name, stoker } = found;
  throw new StokerError(
    `the pod of gateway ${name} is not known: its Stoker does not list it, and its agent is silent`,
    {
      reason: 'NotListed',
      class: 'waiting',
      hint: `kubectl logs POD --container ${sidecarContainerName} -n ${stoker.metadata.namespace}`,
    },
  );
}

function tailLines(text: string): string {
  if (!/^\d+$/.test(text)) throw usageError(`--tail cannot be "${text}"`, 'a number of lines, as in --tail 20');
  return text;
}
