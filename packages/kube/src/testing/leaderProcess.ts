// A replica as a process: while it leads, it writes without pause, each time its name and one number more.
// node leaderProcess.ts NAMESPACE IDENTITY
import { loadKubeConfig } from '../access/loadKubeConfig.ts';
import { openClient } from '../client/openClient.ts';
import { guardWrites } from '../leader/guardWrites.ts';
import { startLeaderElection } from '../leader/startLeaderElection.ts';
import { configMaps } from '../resourceTypes.ts';

const [namespace = '', identity = ''] = process.argv.slice(2);
const client = openClient(loadKubeConfig(), { userAgent: identity });
const election = startLeaderElection({
  client,
  namespace,
  name: 'leader',
  identity,
  leaseDurationSeconds: 3,
  renewDeadlineSeconds: 2,
  retryPeriodSeconds: 0.5,
  onStarted: () => void writeOn(),
  onStopped: () => undefined,
});
const guarded = guardWrites(client, election);

async function writeOn() {
  for (let count = 0; election.isLeader; count++) {
    await guarded.mergePatch(
      configMaps,
      { namespace, name: 'log' },
      { data: { writer: identity, count: String(count) } },
    );
  }
}

process.once('SIGTERM', () => void election.stop().then(() => process.exit(0)));
