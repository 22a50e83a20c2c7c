import { annotations } from '@stoker/crd-types';
import { StokerError } from '@stoker/errors';
import { setAll } from '../inject/patchPod.ts';
import type { Pod, PodSpec } from '../inject/pod.ts';
import type { Refusal } from '../inject/verdict.ts';
import type { Verdict } from '../inject/decide.ts';

/** The parts of an `AdmissionReview` request that are used. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly namespace: string;
  readonly dryRun: boolean;
  /** Who asks the API server for the pod. */
  readonly user: string | undefined;
  readonly pod: Pod;
}

export interface AdmissionResponse {
  readonly apiVersion: 'admission.k8s.io/v1';
  readonly kind: 'AdmissionReview';
  readonly response: {
    readonly uid: string;
    readonly allowed: boolean;
    readonly patchType?: 'JSONPatch';
    readonly patch?: string;
    readonly warnings?: readonly string[];
    readonly status?: { readonly code: number; readonly message: string };
  };
}

/** Whether a pod that cannot be injected is turned away or starts without the agent. */
export type OnUnresolvable = 'deny' | 'admit';

/** Reads a request body. Throws `InvalidReview` when it is not a review of a pod. */
export function parseReview(body: string): AdmissionRequest {
  const review = parseJson(body);
  const request = record(review['request']);
  const pod = record(request?.['object']);
  const spec = pod?.['spec'];
  if (
    review['kind'] !== 'AdmissionReview' ||
    review['apiVersion'] !== 'admission.k8s.io/v1' ||
    typeof request?.['uid'] !== 'string'
  ) {
    throw invalid('the body is not an AdmissionReview of admission.k8s.io/v1');
  }
  if (!isPodSpec(spec)) {
    throw invalid('the review is not about a pod: request.object.spec.containers is missing');
  }
  const metadata = record(pod?.['metadata']) ?? {};
  return {
    uid: request['uid'],
    namespace: typeof request['namespace'] === 'string' ? request['namespace'] : '',
    dryRun: request['dryRun'] === true,
    user: userOf(request['userInfo']),
    pod: { ...pod, metadata: { name: '', ...metadata }, spec },
  };
}

function userOf(userInfo: unknown): string | undefined {
  const username = record(userInfo)?.['username'];
  return typeof username === 'string' ? username : undefined;
}

/** The API server has checked the rest of the object against its own schema before it asks. */
function isPodSpec(value: unknown): value is PodSpec {
  const containers = record(value)?.['containers'];
  return Array.isArray(containers) && containers.every((container) => record(container) !== undefined);
}

/** Turns a verdict into the answer that the API server expects. */
export function respond(
  request: AdmissionRequest,
  verdict: Verdict,
  onUnresolvable: OnUnresolvable,
): AdmissionResponse {
  switch (verdict.kind) {
    case 'skip':
      return answer({ uid: request.uid, allowed: true });
    case 'inject':
      return answer({
        uid: request.uid,
        allowed: true,
        patchType: 'JSONPatch',
        patch: encode(verdict.patch),
        ...(verdict.warnings.length === 0 ? {} : { warnings: verdict.warnings }),
      });
    case 'refuse':
      return onUnresolvable === 'deny' ? deny(request.uid, verdict.refusal) : admitWithout(request, verdict.refusal);
  }
}

function deny(uid: string, refusal: Refusal): AdmissionResponse {
  return answer({
    uid,
    allowed: false,
    status: { code: 403, message: `stoker: ${refusal.message} (${refusal.reason})` },
  });
}

function admitWithout(request: AdmissionRequest, refusal: Refusal): AdmissionResponse {
  const note = { [annotations.injected]: `false:${refusal.reason}` };
  return answer({
    uid: request.uid,
    allowed: true,
    patchType: 'JSONPatch',
    patch: encode(setAll('/metadata/annotations', request.pod.metadata.annotations, note)),
    warnings: [`stoker: started without the agent: ${refusal.message}`],
  });
}

function answer(response: AdmissionResponse['response']): AdmissionResponse {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response };
}

function encode(patch: unknown): string {
  return Buffer.from(JSON.stringify(patch)).toString('base64');
}

function parseJson(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw invalid('the body is not JSON', cause);
  }
  return record(value) ?? {};
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function invalid(message: string, cause?: unknown): StokerError {
  return new StokerError(message, { reason: 'InvalidReview', class: 'stalled', cause });
}
