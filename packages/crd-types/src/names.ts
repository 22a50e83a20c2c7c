/** Name of the sidecar container in a gateway pod. */
export const sidecarContainerName = 'stoker-agent';

/** The key of the one document in each ConfigMap. */
export const documentKeys = {
  metadata: 'metadata.json',
  status: 'status.json',
  changes: 'changes.json',
} as const;

/** Keys of the Secret `stoker-agent-<cr>`; each is there only when it is needed. */
export const agentSecretKeys = {
  token: 'token',
  username: 'username',
  sshPrivateKey: 'ssh-privatekey',
  knownHosts: 'known_hosts',
  caBundle: 'ca.crt',
  gatewayApiKey: 'gateway-api-key',
  gatewayCaBundle: 'gateway-ca.crt',
} as const;

/** ConfigMap that the controller writes for one gateway. A gateway name has no dot, so the names never collide. */
export function metadataName(cr: string, gateway: string): string {
  return `stoker-metadata-${cr}.${gateway}`;
}

/** ConfigMap in which the agent of one gateway reports. */
export function statusName(cr: string, gateway: string): string {
  return `stoker-status-${cr}.${gateway}`;
}

/** ConfigMap in which the agent of one gateway lists what its last sync changed. */
export function changesName(cr: string, gateway: string): string {
  return `stoker-changes-${cr}.${gateway}`;
}

/** Secret through which credentials reach the agents of one `Stoker`. */
export function agentSecretName(cr: string): string {
  return `stoker-agent-${cr}`;
}
