import { StokerError } from '@stoker/errors';
import { renderTemplate } from '@stoker/template';
import { annotations } from './annotations.ts';

/** The number at the end of the name of a StatefulSet's pod; undefined for any other pod. */
export function podOrdinal(podName: string): string | undefined {
  return /-(\d+)$/.exec(podName)?.[1];
}

/**
 * The name of the gateway in a pod: what the annotation `stoker.io/gateway-name` says, with `{{.PodOrdinal}}` filled in,
 * else the pod's own name.
 *
 * @throws StokerError `InvalidGatewayName` when that is no DNS label, `InvalidTemplate`
 */
export function gatewayNameOf(pod: {
  readonly podName: string;
  readonly annotations: Readonly<Record<string, string>>;
}): string {
  const template = pod.annotations[annotations.gatewayName];
  const name = template === undefined ? pod.podName : renderOrdinal(template, pod.podName);
  if (/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
  const found =
    template === undefined
      ? `the pod's name ${JSON.stringify(name)}`
      : `annotation ${annotations.gatewayName}: ${JSON.stringify(name)}`;
  throw new StokerError(`${found} is no name for a gateway`, {
    reason: 'InvalidGatewayName',
    class: 'stalled',
    hint: `set annotation ${annotations.gatewayName} to at most 63 lower-case letters, digits and hyphens, such as area-1 or area-{{.PodOrdinal}}`,
  });
}

function renderOrdinal(template: string, podName: string): string {
  if (!template.includes('{{')) return template;
  const ordinal = podOrdinal(podName);
  // Without an ordinal a template that asks for one fails by name.
  return renderTemplate(template, ordinal === undefined ? {} : { PodOrdinal: ordinal });
}
