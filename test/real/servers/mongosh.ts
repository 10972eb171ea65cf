import { installedNode } from '../provision/node.ts';
import { mongoAvailability, mongoJavaServer, startMongo } from './mongo-java-server.ts';
import type { RealServer } from './server.ts';

const name = 'mongosh';
/** The driver of later versions requires MongoDB 4.4, whose wire version mongo-java-server does not have. */
const version = '2.5.9';
const it = { program: 'mongosh', package: 'mongosh', version };

/** MongoDB's own shell, beside a mongo-java-server that it connects to. */
export const mongosh: RealServer = {
  name,
  tier: 'all',
  packages: mongoJavaServer.packages,
  uses: [],
  have: async (machine) => {
    const server = await mongoAvailability(machine);
    if (server.is !== 'available') return server;
    const installed = await installedNode(it, machine);
    return installed.is === 'available' ? { is: 'available', version } : installed;
  },
  start: async (context) => {
    const installed = await installedNode(it, { ...context.machine, provision: false });
    if (installed.is !== 'available') throw new Error(installed.why);
    const started = await startMongo(context);
    const details = { program: installed.program };
    return { ...started, address: { name, kind: 'mongosh', version, port: started.port, details } };
  },
};
