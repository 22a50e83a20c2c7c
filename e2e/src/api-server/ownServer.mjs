// Before each file of the API-server tier: the environment of its tests, KUBECONFIG and STOKER_APISERVER_CONTROL, names the
// server of the worker that runs it.
const servers = JSON.parse(process.env.STOKER_API_SERVERS);
Object.assign(process.env, servers[Number(process.env.JEST_WORKER_ID) - 1]);
