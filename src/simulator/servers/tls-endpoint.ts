import { createServer } from 'node:tls';
import { dayMs } from '../../domain/duration.ts';
import { listenOnLoopback } from '../loopback.ts';
import { certificateFor } from '../model/cluster/seed/certificate.ts';
import type { ProtocolEndpoint, SimulatorContext } from './simulator-context.ts';

/** Days since the certificate was issued; it is valid for a year. */
const issuedDays = 100;

/**
 * A TLS server with the certificate of an environment's public address: `${world.tls-host}` is its host and port, and
 * `${world.tls-ca}` the certificate, which signs itself. It closes a connection after the handshake.
 */
export const startTlsEndpoint = async ({ clock }: SimulatorContext): Promise<ProtocolEndpoint> => {
  const wallNow = clock.now() + clock.wallOffset();
  const { certificate, key } = certificateFor(['localhost'], wallNow - issuedDays * dayMs);
  const server = createServer({ cert: certificate, key }, (socket) => socket.end());
  server.on('tlsClientError', () => {});
  const port = await listenOnLoopback(server);
  return {
    vars: { 'tls-host': `localhost:${port}`, 'tls-ca': certificate },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
};
