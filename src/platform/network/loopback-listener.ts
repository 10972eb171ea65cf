import type { Duplex } from 'node:stream';
import { WireError } from '../runtime/wire-error.ts';

/** A port of this machine that accepts connections. */
export interface LoopbackListener {
  readonly port: number;
  /** Resolves when the port is free again. Accepted connections stay open. */
  close(): Promise<void>;
}

/** Events of a listener. */
interface ListenerEvents {
  accepted(connection: Duplex): void;
  /** The listener no longer works. */
  failed(error: Error): void;
}

const problems: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program already uses the port',
  EACCES: 'only root may listen on a port below 1024',
};

const listenError = (port: number, error: Error & { readonly code?: string }): WireError =>
  new WireError(
    'unconfigured',
    `cannot listen on 127.0.0.1:${port}: ${problems[error.code ?? ''] ?? error.message}. Choose another local port, or 0 for a free one`,
  );

/** Listens on 127.0.0.1 only: no other machine can connect. Port 0: a free one. Throws WireError. */
export const openLoopbackListener = async (
  port: number,
  events: ListenerEvents,
): Promise<LoopbackListener> => {
  const { createServer } = await import('node:net');
  const server = createServer({ noDelay: true }, (socket) => events.accepted(socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(port, error)));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
  });
  server.on('error', events.failed);
  const address = server.address();
  if (typeof address !== 'object' || address === null)
    throw new Error('internal error: a listening server has no port');
  return {
    port: address.port,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
};
