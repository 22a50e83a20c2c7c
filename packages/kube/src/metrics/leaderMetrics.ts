import { Gauge } from 'prom-client';

/** Under the name that client-go uses. */
export const leaderElectionStatus = new Gauge({
  name: 'leader_election_master_status',
  help: 'Whether this replica leads: 1 if it does, 0 if not.',
  labelNames: ['name'],
  registers: [],
});
