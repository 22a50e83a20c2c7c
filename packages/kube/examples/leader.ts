// One of several replicas of a program of which only one may write. While it leads, it writes its name, twenty times a
// second. node leader.ts NAMESPACE IDENTITY
import { setTimeout } from 'node:timers/promises';
import { configMaps, guardWrites, loadKubeConfig, openClient, startLeaderElection } from '@stoker/kube';

const [namespace = '', identity = ''] = process.argv.slice(2);
const client = openClient(loadKubeConfig(), { userAgent: identity });
/** As long as this replica leads. */
let term = new AbortController();

const election = startLeaderElection({
  client,
  namespace,
  name: 'leader',
  identity,
  leaseDurationSeconds: 3,
  renewDeadlineSeconds: 2,
  retryPeriodSeconds: 0.5,
  onStarted: () => {
    term = new AbortController();
    void write(term.signal);
  },
  onStopped: () => term.abort(),
  onError: (error) => console.error(error),
});
const guarded = guardWrites(client, election);

async function write(signal: AbortSignal) {
  for (let count = 0; !signal.aborted; count++) {
    const data = { writer: identity, count: String(count) };
    await guarded
      .mergePatch(configMaps, { namespace, name: 'log' }, { data })
      .catch((error: unknown) => console.error(error));
    await setTimeout(50);
  }
}

process.once('SIGTERM', () => void election.stop());
