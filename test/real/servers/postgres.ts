import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { command, find } from '../machine/command.ts';
import { startCluster } from '../postgres/cluster.ts';
import { programs } from '../postgres/owner.ts';
import { packageMissing } from '../provision/debian.ts';
import type { RealServer } from './server.ts';

const program = join(programs, 'postgres');
const packageName = 'postgresql-15';

/** PostgreSQL 15 with pg_stat_statements, twenty connections and a role for each right. */
export const postgres: RealServer = {
  name: 'postgres',
  tier: 'fast',
  packages: [{ program, name: packageName }],
  uses: [],
  have: async ({ provision, signal }) => {
    if ((await find(program)) === undefined) return packageMissing(packageName, provision);
    const { output } = await command(program, ['--version'], { signal });
    return { is: 'available', version: /\d+\.\d+/.exec(output)?.[0] ?? 'of unknown version' };
  },
  start: async ({ dir, version, machine }) => {
    const port = await freePort();
    const began = performance.now();
    const { end } = await startCluster(dir, port, machine.signal);
    const readyMs = Math.round(performance.now() - began);
    return { address: { name: 'postgres', kind: 'postgres', version, port }, readyMs, end };
  },
};
