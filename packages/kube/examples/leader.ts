// One of several replicas of a program of which only one may write. It tries to write its name twenty times a second,
// whether it leads or not: what keeps it from writing is the guard, and nothing else. node leader.ts NAMESPACE IDENTITY
import { setTimeout } from 'node:timers/promises';
import { ApiError, configMaps, guardWrites, loadKubeConfig, openClient, startLeaderElection } from '@stoker/kube';

const [namespace = '', identity = ''] = process.argv.slice(2);
const client = openClient(loadKubeConfig(), { userAgent: identity });

const election = startLeaderElection({
  client,
  namespace,
  name: 'leader',
  identity,
  leaseDurationSeconds: 6,
  renewDeadlineSeconds: 5,
  retryPeriodSeconds: 1,
  onStarted: () => console.log('leads'),
  onStopped: () => console.log('leads no more'),
  onError: (error) => console.error(error),
});
const guarded = guardWrites(client, election);
const stopping = new AbortController();

async function write(count: number) {
  try {
    const data = { writer: identity, count: String(count) };
    await guarded.mergePatch(configMaps, { namespace, name: 'log' }, { data });
  } catch (error) {
    console.log(error instanceof ApiError ? error.reason : error);
  }
}

process.once('SIGTERM', () => stopping.abort());
for (let count = 0; !stopping.signal.aborted; count += 1) {
  await write(count);
  await setTimeout(50);
}
await election.stop();
