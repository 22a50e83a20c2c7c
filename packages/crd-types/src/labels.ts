/** Labels. The comment of each is its contract, and the reference is generated from it. */
export const labels = {
  /** On a pod, by the injector, and on everything the controller makes: name of the Stoker. */
  cr: 'stoker.io/cr',
  /** On the documents of a gateway, by the controller: name of the gateway. */
  gateway: 'stoker.io/gateway',
  /** On the ConfigMaps of a Stoker, by the controller: `metadata`, `status`, `changes` or `rollouts`. */
  document: 'stoker.io/document',
} as const;
