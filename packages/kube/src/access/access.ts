import type { Agent, OutgoingHttpHeaders } from 'node:http';

/** What one request needs to reach the API server as somebody. */
export interface Connection {
  readonly server: URL;
  readonly agent: Agent;
  readonly headers: OutgoingHttpHeaders;
  /** `user:password`, for basic authentication. */
  readonly auth?: string | undefined;
  /** Called when the server knows nobody by these credentials (401): the next ones must come from their source. */
  readonly refused?: (() => void) | undefined;
}

/** A cluster and who we are in it. */
export interface ClusterAccess {
  /** Of the kubeconfig's context, or that of the pod. */
  readonly namespace: () => Promise<string | undefined>;
  /** Called before every request: tokens and certificates are as fresh as their source. */
  readonly connect: () => Promise<Connection>;
}
