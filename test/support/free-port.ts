import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { quietPorts } from '../../src/simulator/servers/http/loopback.ts';

const given = new Set<number>();

/** True if a server can listen on the port at all addresses, as most servers do. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** A free one of the quiet ports, different at each call: no connection takes it before its server starts. Throws if there is none. */
export const freePort = async (): Promise<number> => {
  const { lowest, end } = quietPorts;
  const count = end - lowest;
  const start = randomInt(count);
  for (let index = 0; index < count; index++) {
    const port = lowest + ((start + index) % count);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${lowest} to ${end - 1}`);
};
