import { freePort } from '../../support/free-port.ts';
import { startCluster } from '../postgres/cluster.ts';
import { postgres } from './postgres.ts';
import type { RealServer, Tier } from './server.ts';

/** Twenty processes with two sessions each, and the suite itself. */
const connections = 80;

/** A PostgreSQL for the state of a team. */
const database = (kind: 'state-database' | 'incident-database', tier: Tier): RealServer => ({
  ...postgres,
  name: kind,
  tier,
  start: async ({ dir, version, machine }) => {
    const port = await freePort();
    const { end, readyMs } = await startCluster(dir, port, machine.signal, connections);
    return { address: { name: kind, kind, version, port }, readyMs, end };
  },
});

/** One of its own, because its suites interrupt it. */
export const stateDatabase = database('state-database', 'fast');

/** Another one, for an incident of a whole system, which takes minutes. */
export const incidentDatabase = database('incident-database', 'all');
