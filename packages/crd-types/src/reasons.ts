/**
 * Reasons in conditions, events and documents: every one that this version can give, apart from those of the API server
 * (`Forbidden`, `Conflict`). The comment of each is its contract, and the reference is generated from it. Packages that
 * know nothing of Kubernetes give their errors the same words.
 */
export const reasons = {
  // All is well, or on its way.
  /** Everything is as wanted. */
  Succeeded: 'Succeeded',
  /** Work is going on, and nothing is wrong. */
  Progressing: 'Progressing',
  /** Nothing is annotated yet: no pod asks for this Stoker. */
  NoGateways: 'NoGateways',
  /** A push event asked for another ref than `spec.git.ref`, and it is followed. */
  RefRequested: 'RefRequested',
  /** A gateway runs its release. */
  Synced: 'Synced',
  /** A release was given to a gateway. */
  Released: 'Released',
  /** The folder is equal to git except for files that were changed in the gateway and kept. */
  FilesChangedInGateway: 'FilesChangedInGateway',
  /** The profile is planned and reported, never applied. */
  DryRun: 'DryRun',

  // Gates: a newer release exists and is held back.
  /** `spec.paused` of the Stoker or of one of the profiles is true. Ends when it is set to false. */
  Paused: 'Paused',
  /** Two live pods claim one gateway name. Ends when one of them gets another name or goes. */
  GatewayNameConflict: 'GatewayNameConflict',
  /** Two gateways write one volume. Ends when one of them gets a claim or a `subPath` of its own, or goes. */
  VolumeConflict: 'VolumeConflict',

  /** Gateways of a profile that this one depends on have not completed the commit. */
  DependencyNotSynced: 'DependencyNotSynced',
  /** A profile depends on one that is not in its namespace. Ends when it is created, or taken out of `spec.dependsOn`. */
  DependencyNotFound: 'DependencyNotFound',
  /** As many gateways as `spec.limits`, or the limits of the installation, allow are on their way, or were sent within a minute. Ends by itself. */
  LimitReached: 'LimitReached',

  // Why a gateway runs another commit than the Stoker's.
  /** Its pod asks for another ref with `stoker.io/ref-override`. */
  RefOverridden: 'RefOverridden',
  /** A gate holds the newer release back; the gateway's `held` says which. */
  HeldByGate: 'HeldByGate',
  /** Its agent fails, and the gateway's `error` says why. */
  SyncFailing: 'SyncFailing',
  /** It is on its way. */
  Behind: 'Behind',

  // Resources that cannot be used.
  /** A pod asks for another ref with `stoker.io/ref-override`, and `spec.allowRefOverride` of its Stoker is false. */
  RefOverrideNotAllowed: 'RefOverrideNotAllowed',
  /** A resource has a field with a value that does not work; the message names field, value and what would work. */
  InvalidResource: 'InvalidResource',
  /** A pod annotation has a value that does not work. */
  InvalidAnnotation: 'InvalidAnnotation',
  /** What the pod is called, or its annotation `stoker.io/gateway-name`, is no DNS label. */
  InvalidGatewayName: 'InvalidGatewayName',
  /** A path holds a template that cannot be rendered, or asks for a key of `vars` that no profile of the gateway sets. */
  InvalidTemplate: 'InvalidTemplate',
  /** A push event that was signed with the right secret cannot be read; the message says why, and the sender's log has it. */
  InvalidPayload: 'InvalidPayload',
  /** A pod names a SyncProfile that is not in its namespace. */
  ProfileNotFound: 'ProfileNotFound',
  /** A pod names a SyncProfile whose condition `Accepted` is False. */
  ProfileNotAccepted: 'ProfileNotAccepted',
  /** Two profiles of one gateway claim the same files. */
  ProfilesConflict: 'ProfilesConflict',
  /** The profiles of one gateway say more than the document holds by which its agent is told. */
  ProfilesTooLarge: 'ProfilesTooLarge',
  /** A profile depends on one that depends on others itself: there is one level. */
  DependencyChain: 'DependencyChain',
  /** A pod names a Stoker that is not in its namespace. */
  StokerNotFound: 'StokerNotFound',
  /** A pod names no Stoker, and its namespace has several. */
  StokerAmbiguous: 'StokerAmbiguous',
  /** A Secret that the Stoker names does not exist. */
  SecretNotFound: 'SecretNotFound',
  /** A Secret that the Stoker names lacks the key, or its value is empty. */
  SecretKeyNotFound: 'SecretKeyNotFound',
  /** The installation allows other repositories than this one. */
  RepositoryNotAllowed: 'RepositoryNotAllowed',
  /** A document between controller and agent is damaged or of an unknown schema. */
  InvalidDocument: 'InvalidDocument',

  // Git.
  /** Credentials are missing, wrong or expired, or may not read this repository. */
  AuthenticationFailed: 'AuthenticationFailed',
  /** The server has no such repository, or hides it from these credentials. */
  RepositoryNotFound: 'RepositoryNotFound',
  /** The repository has no such branch or tag. */
  RefNotFound: 'RefNotFound',
  /** The text cannot name a branch, a tag or a commit. */
  InvalidRef: 'InvalidRef',
  /** The URL is malformed, or not allowed where it was given. */
  InvalidRepositoryUrl: 'InvalidRepositoryUrl',
  /** `spec.git.proxy` cannot be used. */
  InvalidProxy: 'InvalidProxy',
  /** Known hosts are given and do not hold this server. */
  HostKeyUnknown: 'HostKeyUnknown',
  /** Known hosts hold another key for this server. */
  HostKeyMismatch: 'HostKeyMismatch',
  /** No known hosts are given: any host key is accepted. */
  HostKeyNotChecked: 'HostKeyNotChecked',
  /** The certificate of the server is not trusted, or the CA bundle is unreadable. */
  CertificateInvalid: 'CertificateInvalid',
  /** The git server did not answer in time. */
  GitTimeout: 'GitTimeout',
  /** No connection to the git server. */
  GitUnreachable: 'GitUnreachable',
  /** The git server was reached and gave no usable answer. */
  GitServerError: 'GitServerError',
  /** The repository has no branch yet; ends with the first push. */
  EmptyRepository: 'EmptyRepository',
  /** The repository uses an object format that is not supported. */
  UnsupportedObjectFormat: 'UnsupportedObjectFormat',
  /** A transfer, a file or a tree is larger than allowed. */
  LimitExceeded: 'LimitExceeded',
  /** The server does not have, or does not hand out, this commit. */
  CommitNotAvailable: 'CommitNotAvailable',
  /** The mounted Secret lacks what the way to log in needs. */
  CredentialsMissing: 'CredentialsMissing',
  /** The agent's git cache is damaged; it is made anew. */
  CacheDamaged: 'CacheDamaged',
  /** Git cannot run where it has to: it is not installed, or may not write its cache. */
  GitNotUsable: 'GitNotUsable',
  /** What was fetched is not what its hash says; it is fetched anew. */
  BlobMismatch: 'BlobMismatch',

  // What a release brings.
  /** A source has vanished, and the sync would empty a managed folder. */
  SourceVanished: 'SourceVanished',
  /** A mapping names a source that the commit does not have, or has as another kind. */
  SourceMissing: 'SourceMissing',
  /** The repository holds a name or a kind of file that must never reach a gateway. */
  UnsafePath: 'UnsafePath',
  /** Two files or folders of a release cannot exist together. */
  PathConflict: 'PathConflict',
  /** A glob could take for ever to match. */
  InvalidPattern: 'InvalidPattern',
  /** A `*.json` file of the commit is not JSON. */
  InvalidJson: 'InvalidJson',
  /** A source holds a symbolic link; links are never followed. */
  SymlinkRefused: 'SymlinkRefused',
  /** A source holds a submodule; its files are in another repository. */
  SubmoduleRefused: 'SubmoduleRefused',
  /** A file of the commit is a pointer of Git LFS instead of its content. */
  LfsPointer: 'LfsPointer',

  // The folder of a gateway.
  /** A template or patch does not fit the content of a file; the message names both. */
  TransformFailed: 'TransformFailed',
  /** A patch has a path that names no single JSON value. */
  InvalidPatch: 'InvalidPatch',
  /** A file system is full. */
  StorageFull: 'StorageFull',
  /** The folder may not be written. */
  TargetReadOnly: 'TargetReadOnly',
  /** Reading or writing the folder failed. */
  TargetIOError: 'TargetIOError',
  /** A link, a special file or a mount in the folder is in the way, and is never touched. */
  TargetUnsafe: 'TargetUnsafe',
  /** Another sync holds the folder. */
  LockHeld: 'LockHeld',
  /** A dry run met a sync that was interrupted and has to be finished or taken back first. */
  RecoveryPending: 'RecoveryPending',
  /** The sync was cancelled at a safe point. */
  Cancelled: 'Cancelled',
  /** The files of the release are in place, but the gateway refused or failed to scan them; asked again with back-off. */
  ScanFailed: 'ScanFailed',
  /** After the sync the gateway has problems that it did not have before; the message has its own words. */
  VerificationFailed: 'VerificationFailed',
  /** A release was taken back because of what the gateway said of it. It runs the one before; ends with another release, or `stoker.io/sync-now`. */
  RolledBack: 'RolledBack',
  /** A release should have been taken back, and could not be; the message says why. */
  RollbackFailed: 'RollbackFailed',
  /** What was synced could not be verified: the gateway did not say how it is. */
  VerificationUnknown: 'VerificationUnknown',
  /** Somebody has a project open in a Designer that the release changes. Ends when it is closed. */
  DesignerSessionOpen: 'DesignerSessionOpen',
  /** The gateway does not say who has a project open in a Designer, and the profile wants to know. */
  DesignerSessionsUnknown: 'DesignerSessionsUnknown',
  /** The gateway was started from an older completed release, because a newer one could not be had in time. */
  Stale: 'Stale',

  // The REST API of a gateway.
  /** No connection: it is down, or listens elsewhere. */
  GatewayUnreachable: 'GatewayUnreachable',
  /** It gave no answer in time, or a scan did not end. */
  GatewayTimeout: 'GatewayTimeout',
  /** It answers 503 to everything, as for some 40 seconds of a restart. */
  GatewayRestarting: 'GatewayRestarting',
  /** Nobody has set it up yet. */
  GatewayCommissioning: 'GatewayCommissioning',
  /** Somebody else holds its scan lock. */
  ScanLockUnavailable: 'ScanLockUnavailable',
  /** It wants an API token, or does not know the one that it is given. */
  GatewayUnauthorized: 'GatewayUnauthorized',
  /** It knows the API token and refuses this call to it. */
  GatewayForbidden: 'GatewayForbidden',
  /** Its certificate is not trusted. */
  GatewayCertificateInvalid: 'GatewayCertificateInvalid',
  /** It runs an Ignition before 8.3. */
  NoRestApi: 'NoRestApi',
  /** Its REST API lacks this endpoint. */
  EndpointNotFound: 'EndpointNotFound',
  /** It was reached and gave no usable answer. */
  GatewayError: 'GatewayError',

  // Agents and pods.
  /** An agent has not reported yet, or its container does not run. */
  AgentNotReady: 'AgentNotReady',
  /** Agents run another image than new pods would get. Ends with their next pod, or by `spec.agent.upgradePolicy: InPlace`. */
  AgentOutdated: 'AgentOutdated',
  /** A gateway's agent reports an error; the message tells which. */
  GatewayFailed: 'GatewayFailed',
  /** A pod asks for the agent and does not have it. */
  SidecarMissing: 'SidecarMissing',
  /** The thread in which an agent syncs has died, as for want of memory; it is started again. */
  SyncThreadDied: 'SyncThreadDied',
  /** None of the pod's volumes is known to hold the data folder of the gateway. */
  DataVolumeNotFound: 'DataVolumeNotFound',
  /** Annotation `stoker.io/data-volume` and the mount of the data folder disagree. */
  DataVolumeConflict: 'DataVolumeConflict',
  /** The mount of the data folder cannot be written. */
  DataVolumeReadOnly: 'DataVolumeReadOnly',
  /** The pod has a container or a volume with a name that the sidecar needs. */
  NameTaken: 'NameTaken',
  /** Something that should never happen; please report it. */
  InternalError: 'InternalError',
} as const;
