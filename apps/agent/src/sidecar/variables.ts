import { podOrdinal, type MetadataDocument, type Release } from '@stoker/crd-types';
import type { TemplateVariables } from '@stoker/template';
import type { SidecarEnvironment } from './environment.ts';

/** What a profile's templates may refer to. A pod without an ordinal has no `PodOrdinal`: asking for it is an error. */
export function variablesOf(
  { podName, namespace }: SidecarEnvironment,
  { crName, gatewayName }: MetadataDocument,
  { ref, commit, profile }: Release,
  labels: Readonly<Record<string, string>>,
): TemplateVariables {
  const ordinal = podOrdinal(podName);
  return {
    GatewayName: gatewayName,
    PodName: podName,
    ...(ordinal === undefined ? {} : { PodOrdinal: ordinal }),
    Namespace: namespace,
    CRName: crName,
    Ref: ref,
    Commit: commit,
    Labels: labels,
    Vars: profile.vars,
  };
}
