import { freePort } from '../machine/port.ts';
import { startCluster } from '../postgres/cluster.ts';
import { postgres } from './postgres.ts';
import type { RealServer } from './server.ts';

/** Twenty processes with two sessions each, and the suite itself. */
const connections = 80;

/** A PostgreSQL of its own for the state of a team, because its suites interrupt it. */
export const stateDatabase: RealServer = {
  ...postgres,
  name: 'state-database',
  start: async ({ dir, version, machine }) => {
    const port = await freePort();
    const { end, readyMs } = await startCluster(dir, port, machine.signal, connections);
    return { address: { name: 'state-database', kind: 'state-database', version, port }, readyMs, end };
  },
};
