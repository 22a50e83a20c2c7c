// The environment of tests against an API server: KUBECONFIG and STOKER_APISERVER_CONTROL name the one of this worker. Set here and
// not by a file of jest's `setupFiles`, they are also in the environment of the programs that tests start.
const servers = JSON.parse(process.env.STOKER_API_SERVERS);
Object.assign(process.env, servers[Number(process.env.JEST_WORKER_ID) - 1]);

export { TestEnvironment as default } from 'jest-environment-node';
