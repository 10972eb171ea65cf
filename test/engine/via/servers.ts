import { type LocalServer, localServer } from '../../support/local-server.ts';
import { createTunnel, end, type Tunnel } from './tunnel.ts';

/** A service that is up on every path. */
export const healthy = (): Promise<LocalServer> =>
  localServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"status":"UP"}');
  });

/** A tunnel to one server per endpoint. */
export const tunnelTo = (servers: Readonly<Record<string, { readonly port: number }>>): Tunnel => {
  const tunnel = createTunnel(Object.keys(servers).map((name) => end(name)));
  for (const [name, { port }] of Object.entries(servers)) tunnel.leads.set(name, port);
  return tunnel;
};
