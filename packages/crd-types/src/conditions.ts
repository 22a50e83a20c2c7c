/**
 * Types of conditions. The comment of each is its contract, and the reference is generated from it. `True` is good unless
 * it says otherwise.
 */
export const conditionTypes = {
  /** On a Stoker: the ref is resolved and every gateway runs its release. The one to wait for. On a gateway: it runs its release. */
  Ready: 'Ready',
  /** On a Stoker: the controller is working towards the present spec. Bad when True for long; absent otherwise (kstatus). */
  Reconciling: 'Reconciling',
  /** On a Stoker: a person has to change something before it goes on. Bad when True; absent otherwise (kstatus). */
  Stalled: 'Stalled',
  /** On a Stoker: the git server said which commit the ref stands for. False keeps the releases that gateways have. */
  RefResolved: 'RefResolved',
  /** On a Stoker: every discovered gateway runs the release of the resolved commit. Unknown without gateways. */
  AllGatewaysSynced: 'AllGatewaysSynced',
  /** On a Stoker: the agent of every gateway runs, on a node that is ready, and has reported. On a gateway: its agent does. */
  AgentReady: 'AgentReady',
  /**
   * On a Stoker, and on each of its gateways: a gateway runs another ref or commit than the Stoker's. The message names each,
   * since when, and why: overridden, held by a gate, failing, planned only (dryRun), or behind. Bad when True for longer than a rollout takes.
   */
  RefSkew: 'RefSkew',
  /**
   * On a Stoker: no gateway waits for those of a profile that its own depends on; absent while no gateway depends on any.
   * On a SyncProfile with `dependsOn`: the profiles that it names are there.
   */
  DependenciesMet: 'DependenciesMet',
  /** On a Stoker: agents run another image than new pods would get. Bad when True for long; absent where that image is not known. */
  AgentOutdated: 'AgentOutdated',
  /** On a Stoker with an SSH repository: the host key of the git server is checked against given ones. */
  HostKeyVerified: 'HostKeyVerified',
  /** On a Stoker: every pod that asks for the agent has it. */
  SidecarInjected: 'SidecarInjected',
  /** On a Stoker, and on each of its gateways: files were changed in a gateway, and kept by its `driftPolicy`. Bad when True. */
  Drifted: 'Drifted',
  /**
   * On a Stoker: after their last sync gateways had no problems that they did not have before. False has the gateways' own
   * words, Unknown tells which could not be asked. Absent until a gateway was asked.
   */
  Verified: 'Verified',
  /**
   * On a Stoker: the gateways whose profiles have `dryRun` have reported what their release would change, and how much. Absent
   * while no profile asks for that.
   */
  DryRunCompleted: 'DryRunCompleted',
  /** On a SyncProfile: it can be used. False names the field, what was found, and what would work. */
  Accepted: 'Accepted',
  /** On a SyncProfile: no gateway combines it with another profile that claims the same files. False names both. */
  NoConflicts: 'NoConflicts',
} as const;
