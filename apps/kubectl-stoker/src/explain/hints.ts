/** What a person does about each reason; the page on troubleshooting says the same at more length. */
export const hints: Readonly<Record<string, string>> = {
  Succeeded: 'nothing',
  Progressing: 'wait',
  NoGateways: 'annotate the pods, if there should be any',
  RefRequested:
    'a push event moved the Stoker to another ref; to end it: kubectl annotate stokers NAME stoker.io/requested-ref-',
  Synced: 'nothing',
  Released: 'nothing: gateways were just told a new release',
  FilesChangedInGateway: 'commit what was changed in the gateway, or set driftPolicy: restore in its profile',
  DryRun: 'the profile says so; read the report, then remove dryRun',
  Paused: 'kubectl stoker resume, or set paused of the profile to false; in git, if they are kept there',
  GatewayNameConflict:
    'two live pods claim one gateway name: give one another stoker.io/gateway-name; a Deployment with a fixed name needs strategy: Recreate',
  VolumeConflict: 'two gateways write one volume: give each a claim, or a subPath of the claim, of its own',
  DependencyNotSynced:
    'gateways of a profile in dependsOn go first: kubectl stoker get shows those that are not there yet, explain why',
  DependencyNotFound: 'dependsOn names a profile that is not in the namespace: create it, or take it out',
  LimitReached:
    'nothing: its turn comes; for sooner, raise the limit that is named: of the Stoker, or of the installation',
  RefOverridden:
    'somebody put this pod on another ref; to bring it back: kubectl annotate pod POD stoker.io/ref-override-',
  HeldByGate: 'see the gate that holds it',
  SyncFailing: 'see the error of its agent',
  Behind: 'wait; for more than a few minutes: kubectl stoker logs GATEWAY',
  RefOverrideNotAllowed:
    'the pod asks for a ref of its own: remove stoker.io/ref-override, or set spec.allowRefOverride of the Stoker to true',
  InvalidResource: 'the message names the field, its value, and what would work',
  InvalidAnnotation: 'the message names the annotation and what would work; change the pod template',
  InvalidGatewayName: 'a gateway name is a DNS label: up to 63 of a-z, 0-9, -; set stoker.io/gateway-name',
  InvalidTemplate: 'a path asks for something that is not there: set that key in vars, or that label on the pod',
  InvalidPayload:
    "the message says what a push event lacks: correct the sender's webhook, as docs/push-webhooks.md has it",
  ProfileNotFound: "create it in the pod's namespace, or correct the annotation",
  ProfileNotAccepted: "see the profile's condition Accepted",
  ProfilesConflict:
    'two profiles of one gateway claim the same files: take the mapping out of one; layering belongs inside one profile',
  ProfilesTooLarge: 'put long values of patches into files in git, or name fewer profiles for one gateway',
  DependencyChain:
    'a profile depends on one that depends on a third: dependencies have one level; let both depend on the third',
  StokerNotFound: "create it in the pod's namespace, or correct the annotation",
  StokerAmbiguous: 'the namespace has several: name one by stoker.io/cr-name',
  SecretNotFound: "create the Secret, or the key in it, in the Stoker's namespace",
  SecretKeyNotFound: "create the Secret, or the key in it, in the Stoker's namespace",
  RepositoryNotAllowed: 'ask whoever installed Stoker to add it to controller.allowedRepositories',
  InvalidDocument:
    "somebody edited a ConfigMap of Stoker's, or agent and controller are more than two releases apart; delete the ConfigMap: it is made again",
  AuthenticationFailed:
    'renew the token or key; it needs read access to this repository; of a GitHub App: the message says which number or key',
  RepositoryNotFound:
    'check the URL; servers also say so when the credentials may not see the repository, or an App is not installed on it',
  RefNotFound: 'push that branch or tag, or correct spec.git.ref',
  InvalidRef: 'correct spec.git.ref, or the annotation that asks for it',
  InvalidRepositoryUrl:
    'correct spec.git.repo; in a cluster there is no file://, no loopback and no link-local address',
  InvalidProxy: 'write http://host:port in spec.git.proxy',
  HostKeyUnknown: "add the server's key to the known hosts, after comparing it with what its operator publishes",
  HostKeyMismatch:
    'the server has another key than before, or it is another server; ask its operator before you change the known hosts',
  HostKeyNotChecked: 'give knownHosts in spec.git.auth.sshKey',
  CertificateInvalid: "give the authority's certificate in spec.git.caBundleSecretRef",
  GitTimeout: 'is the server up, and can pods reach it (network policies, proxy, DNS)? It is asked again by itself',
  GitUnreachable: 'is the server up, and can pods reach it (network policies, proxy, DNS)? It is asked again by itself',
  GitServerError: 'is the server up, and can pods reach it (network policies, proxy, DNS)? It is asked again by itself',
  EmptyRepository: 'push that branch or tag, or correct spec.git.ref',
  UnsupportedObjectFormat: "the repository's object format is not supported; the message says which",
  LimitExceeded: 'a file, the tree or the transfer is larger than allowed: keep large binaries out of the repository',
  CommitNotAvailable:
    'the commit was removed by a force-push before it was fetched, or the server does not hand out commits by hash',
  CredentialsMissing: "wait: a Secret takes up to a minute to reach the pod; for longer: see the Stoker's conditions",
  CacheDamaged: "nothing: the cache is made anew; often: the node's disk",
  GitNotUsable:
    'in a cluster: a fault in the image or its cache volume; outside: install git, or make the cache folder writable',
  BlobMismatch: "nothing: the cache is made anew; often: the node's disk",
  SourceVanished:
    "a folder is gone from git, and the sync would have emptied the gateway's; meant? allowEmpty: true, or remove the mapping",
  SourceMissing: 'a mapping names what the commit does not have: correct the path, or its vars',
  UnsafePath:
    'the message names the path and what is wrong with it: rename it, or leave its folder out of every mapping',
  PathConflict: 'two files cannot both exist, such as names that differ in case alone: rename one',
  InvalidPattern: 'the message names pattern or patch, and the file',
  InvalidJson: 'the message has file, line and column: fix it and push',
  SymlinkRefused: 'the message names the file: replace it with a plain file, or exclude it',
  SubmoduleRefused: 'the message names the file: replace it with a plain file, or exclude it',
  LfsPointer: 'commit the content itself: LFS is not fetched',
  TransformFailed: 'the message names pattern or patch, and the file',
  InvalidPatch: 'the message names pattern or patch, and the file',
  StorageFull: 'free some space or enlarge the volume; nothing was changed',
  TargetReadOnly: 'look at the volume and its node',
  TargetIOError: 'look at the volume and its node',
  TargetUnsafe: 'a link, device or mount is in the way, and is never written through: the message names it; remove it',
  LockHeld:
    'another agent syncs this folder: is the volume mounted in two pods? It ends by itself when that agent is gone',
  RecoveryPending: 'a dry run met an interrupted sync: run a real one first',
  Cancelled: 'the agent was stopped; it goes on when it starts again',
  ScanFailed: "the message has the gateway's own words; it is asked again",
  VerificationFailed: "the message has the gateway's own words: fix what they name in git",
  RolledBack:
    'fix in git what the message names: the gateway runs the release before; kubectl stoker sync tries once more',
  RollbackFailed: 'the message says why: release an earlier commit instead',
  VerificationUnknown: 'the gateway was not asked: set spec.gateway.apiKeySecretRef, or see the message',
  DesignerSessionOpen: 'the message names who is editing what: let them save and close; it is synced then',
  DesignerSessionsUnknown: 'set spec.gateway.apiKeySecretRef, or designerSessionPolicy: proceed in the profile',
  Stale: 'the gateway was started with an older release, since a newer one could not be had in a minute; see its error',
  GatewayUnreachable: 'are spec.gateway.port and .tls those of the gateway?',
  GatewayTimeout: 'are spec.gateway.port and .tls those of the gateway?',
  GatewayRestarting: 'wait: it is asked again',
  GatewayCommissioning: 'finish its set-up in the browser, or bring commissioning.json by a file mapping',
  ScanLockUnavailable: 'wait: it is asked again',
  GatewayUnauthorized: 'the API key is wrong, or lacks its name: the Secret holds name:key',
  GatewayForbidden: 'give the key a security level with write access to the gateway; keys may be limited to TLS',
  GatewayCertificateInvalid: "spec.gateway.caBundleSecretRef does not hold the authority of the gateway's certificate",
  NoRestApi: "Ignition before 8.3: remove apiKeySecretRef; files arrive, scans are the gateway's own",
  EndpointNotFound: "Ignition before 8.3: remove apiKeySecretRef; files arrive, scans are the gateway's own",
  GatewayError: "see the gateway's own log",
  AgentNotReady: 'kubectl describe pod POD: can its image be pulled? then kubectl stoker logs GATEWAY',
  AgentOutdated: 'restart the pods when it suits, or set spec.agent.upgradePolicy: InPlace',
  GatewayFailed: 'see which gateway and why: kubectl stoker explain GATEWAY',
  SidecarMissing: 'the pod started while no injector answered; restart it: kubectl rollout restart statefulset NAME',
  SyncThreadDied: 'out of memory as a rule: raise spec.agent.resources; it is started again',
  DataVolumeNotFound: 'no mount of /usr/local/bin/ignition/data: name the volume by stoker.io/data-volume',
  DataVolumeConflict: 'the annotation names another volume than the one that is mounted there: remove one of them',
  DataVolumeReadOnly: 'mount it so that it can be written',
  NameTaken: "the pod has a container or volume called as Stoker's: rename it",
  InternalError: 'a fault in Stoker: please report it, with the log of the program that says so',
};

/** Undefined for reasons of a newer version, and of the API server. */
export function hintFor(reason: string): string | undefined {
  return Object.hasOwn(hints, reason) ? hints[reason] : undefined;
}
