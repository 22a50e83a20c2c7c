// Where things are in the local cluster. The scripts under e2e/cluster get these as environment variables.

/** The machine as pods see it: git servers of tests listen here. */
export const hostAddress = '10.255.0.1';
/** The other end of the pair, inside the node's network namespace. */
export const nodeGateway = '10.255.0.2';
/** The node, the API server and the address that NodePorts answer on. */
export const nodeAddress = '10.244.0.1';
export const podRange = '10.244.0.0/24';
export const serviceRange = '10.96.0.0/16';
export const dnsAddress = '10.96.0.10';
export const nodeName = 'node1';
