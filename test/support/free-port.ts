import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Ports below those that kernels give to outgoing connections (ip_local_port_range: from 32768 on Linux, from 49152 on
 * macOS): no connection takes one between the check here and the start of its server.
 */
const [lowest, highest] = [20_000, 32_000];

const given = new Set<number>();

/** True if a server can listen on the port at all addresses, as most servers do. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** A free port, different at each call. Throws if there is none. */
export const freePort = async (): Promise<number> => {
  const count = highest - lowest;
  const start = randomInt(count);
  for (let index = 0; index < count; index++) {
    const port = lowest + ((start + index) % count);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${lowest} to ${highest}`);
};
