import type { KubeObject } from '@stoker/kube';
import { type AgentDefaults } from '../inject/sidecar.ts';
import type { NamespaceFacts } from '../inject/chooseResources.ts';
import { decide, type Verdict } from '../inject/decide.ts';
import { type AdmissionRequest, type AdmissionResponse, type OnUnresolvable, respond } from './review.ts';

/** What a namespace holds: at once from the cache, or asked of the API server. */
export interface FactSource {
  cached(namespace: string): NamespaceFacts;
  live(namespace: string): Promise<NamespaceFacts>;
}

export interface AdmitDeps {
  readonly facts: FactSource;
  readonly defaults: AgentDefaults;
  readonly onUnresolvable: OnUnresolvable;
  /** Told why nothing could be read past the cache. */
  readonly onError: (error: unknown) => void;
  /** Told of every decision. `regarding` is the pod's owner, as the pod does not exist yet. */
  readonly onDecision: (decision: { request: AdmissionRequest; verdict: Verdict; regarding: KubeObject }) => void;
}

/**
 * Decides on one pod. Before a refusal it reads past the cache: the `Stoker` may have been created a moment ago. While that
 * cannot be read the cache counts: without an answer the pod would start without its agent, and nobody would be told.
 */
export async function admit(request: AdmissionRequest, deps: AdmitDeps): Promise<AdmissionResponse> {
  const judge = (facts: NamespaceFacts) => decide(request.pod, request.namespace, facts, deps.defaults);
  let verdict = judge(deps.facts.cached(request.namespace));
  if (verdict.kind === 'refuse') {
    try {
      verdict = judge(await deps.facts.live(request.namespace));
    } catch (error) {
      deps.onError(error);
    }
  }
  deps.onDecision({ request, verdict, regarding: ownerOf(request) });
  return respond(request, verdict, deps.onUnresolvable);
}

/** The object a person will look at: the workload that makes the pod, else the namespace that it was to live in. */
function ownerOf(request: AdmissionRequest): KubeObject {
  const owner = request.pod.metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (!owner) return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: request.namespace } };
  const { apiVersion, kind, name, uid } = owner;
  return { apiVersion, kind, metadata: { namespace: request.namespace, name, uid } };
}
