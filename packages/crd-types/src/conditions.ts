/**
 * Types of conditions. The comment of each is its contract, and the reference is generated from it. `True` is good unless
 * it says otherwise.
 */
export const conditionTypes = {
  /** On a Stoker: the ref is resolved and every gateway runs its release. The one to wait for. */
  Ready: 'Ready',
  /** On a Stoker: the controller is working towards the present spec. Bad when True for long; absent otherwise (kstatus). */
  Reconciling: 'Reconciling',
  /** On a Stoker: a person has to change something before it goes on. Bad when True; absent otherwise (kstatus). */
  Stalled: 'Stalled',
  /** On a Stoker: the git server said which commit the ref stands for. False keeps the releases that gateways have. */
  RefResolved: 'RefResolved',
  /** On a Stoker: every discovered gateway runs the release of the resolved commit. Unknown without gateways. */
  AllGatewaysSynced: 'AllGatewaysSynced',
  /** On a Stoker: the agent of every gateway runs and has reported. */
  AgentReady: 'AgentReady',
  /** On a Stoker: gateways run different commits. Bad when True for longer than a rollout takes, unless some are held back. */
  RefSkew: 'RefSkew',
  /** On a Stoker with an SSH repository: the host key of the git server is checked against given ones. */
  HostKeyVerified: 'HostKeyVerified',
  /** On a Stoker: every pod that asks for the agent has it. */
  SidecarInjected: 'SidecarInjected',
  /** On a Stoker: files were changed in a gateway, and kept by its `driftPolicy`. Bad when True. */
  Drifted: 'Drifted',
  /** On a SyncProfile: it can be used. False names the field, what was found, and what would work. */
  Accepted: 'Accepted',
} as const;
