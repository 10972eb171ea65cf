import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that answers every request with 200 and does nothing; its load is low. */
export interface Lever extends AsyncDisposable {
  /** Its source in a profile. */
  readonly source: object;
}

export const openLever = async (): Promise<Lever> => {
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json').end('{"done":true,"load":12}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    source: {
      type: 'http',
      url: `http://127.0.0.1:${port}`,
      checks: [{ service: 'lever', path: '/' }],
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
