import { createServer } from 'node:tls';
import type { Millis } from '../../../domain/base/fault.ts';
import { dayMs } from '../../../domain/text/duration.ts';
import { systemClock } from '../../../platform/runtime/clock.ts';
import { certificateFor } from '../../model/cluster/seed/certificate.ts';
import { notAllowed, serve } from './http-server.ts';
import { listenOnLoopback } from './loopback.ts';
import type { ProtocolEndpoint, SimulatorContext } from './simulator-context.ts';

const yearDays = 365;
/** Days since the certificate was issued. */
const issuedDays = 100;

/**
 * Days for which the certificate is valid after `wallNow`, in wall clock time of the simulation. A client checks the dates by the
 * clock of its machine. In simulated time, that clock can be later, so the certificate is valid by both.
 */
export const certificateDays = (wallNow: Millis): number => {
  const machine = systemClock();
  const aheadMs = machine.wallNow() - wallNow;
  return yearDays - issuedDays + Math.max(0, Math.floor(aheadMs / dayMs));
};

/**
 * A TLS server with the certificate of an environment's public address: `${world.tls-host}` is its host and port, and
 * `${world.tls-ca}` the certificate and its successor, which sign themselves. It closes a connection after the handshake. A POST
 * to `${world.tls-renewal}` installs the successor, as a person does.
 */
export const startTlsEndpoint = async ({ clock }: SimulatorContext): Promise<ProtocolEndpoint> => {
  const wallNow = clock.wallNow();
  const days = issuedDays + certificateDays(wallNow);
  const { certificate, key } = certificateFor(['localhost'], wallNow - issuedDays * dayMs, days);
  const server = createServer({ cert: certificate, key }, (socket) => socket.end());
  server.on('tlsClientError', () => {});
  const port = await listenOnLoopback(server);
  // Another subject: of two certificates with one subject, a client may take the wrong one as the issuer.
  const renewed = certificateFor(['platform.localhost', 'localhost'], wallNow, days);
  const renewal = await serve(({ method }) => {
    if (method !== 'POST') return notAllowed('POST');
    server.setSecureContext({ cert: renewed.certificate, key: renewed.key });
    return { status: 204 };
  }, clock);
  return {
    vars: {
      'tls-host': `localhost:${port}`,
      'tls-ca': `${certificate}${renewed.certificate}`,
      'tls-renewal': renewal.url,
    },
    close: async () => {
      await renewal.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
