import { type Duplex, duplexPair } from 'node:stream';

/** Both ends of a connection within this process; closing one closes the other, like a socket. */
export const wirePair = (): readonly [client: Duplex, server: Duplex] => {
  const [client, server] = duplexPair();
  client.once('close', () => server.destroy());
  server.once('close', () => client.destroy());
  return [client, server];
};
