/** Annotations. The comment of each is its contract, and the reference is generated from it. */
export const annotations = {
  /** On a pod, by its author: `"true"` asks for the agent. */
  inject: 'stoker.io/inject',
  /** On a pod, by its author: which Stoker; optional while the namespace has only one. */
  crName: 'stoker.io/cr-name',
  /** On a pod, by its author: its SyncProfiles in order, separated by commas; optional while the namespace has only one, else `default`. */
  syncProfile: 'stoker.io/sync-profile',
  /** On a pod, by its author: name of the gateway, a DNS label that may hold `{{.PodOrdinal}}`; without it the name of the pod. */
  gatewayName: 'stoker.io/gateway-name',
  /** On a pod, by its author or by whoever looks after it: the branch, tag or commit that this gateway is on instead of the Stoker's, at once and past the gates. Removing it ends that. */
  refOverride: 'stoker.io/ref-override',
  /** On a pod, by its author: which volume holds the data folder, when neither its path nor its name tells. */
  dataVolume: 'stoker.io/data-volume',
  /** On a pod, by the injector: `"true"`, or `"false:<reason>"` when it was admitted without the agent. */
  injected: 'stoker.io/injected',
  /** On a pod, by the controller under `upgradePolicy: InPlace`: the image that its agent was given, and the container that it replaced. */
  agentUpgrade: 'stoker.io/agent-upgrade',
  /** On a Stoker, by the receiver of push events: the ref to follow instead of `spec.git.ref`, until that changes. Removing it clears the request. */
  requestedRef: 'stoker.io/requested-ref',
  /** On a Stoker, by the receiver of push events: when that was asked for, RFC 3339. */
  requestedAt: 'stoker.io/requested-at',
  /** On a Stoker, by the receiver of push events: who asked for it. */
  requestedBy: 'stoker.io/requested-by',
  /** On a Stoker, by the receiver of push events: the value of `spec.git.ref` when it was asked for; the request yields once that is another. */
  requestedOver: 'stoker.io/requested-over',
  /** On a Stoker, by a person: any new value resolves the ref and syncs every gateway now. */
  syncNow: 'stoker.io/sync-now',
  /** On a Stoker, by a replica of the receiver that is not the leader: `<commit>@<time>@<sender>@<delivery>` of the latest push event, which makes the leader resolve the ref now. */
  pushed: 'stoker.io/pushed',
  /** On a metadata document, by the controller: since when its gateway has no pod, RFC 3339. After seven days its documents are deleted. */
  absentSince: 'stoker.io/absent-since',
  /** On a metadata document, by the controller: the service account of the gateway's pod, which may read it. */
  serviceAccount: 'stoker.io/service-account',
} as const;
