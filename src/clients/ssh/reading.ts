import type { Destination } from '../../platform/network/dial.ts';
import { type SealedConnection, sealConnection } from '../../platform/network/sealed.ts';
import { type Client, declareReads } from '../../platform/protocol.ts';
import type { SshHost } from './ssh-command.ts';

interface SshReader extends Client {
  /** Opens a connection from the host to a port. Throws TunnelError, and a plain WireError if the port refuses. */
  connect(to: Destination, signal: AbortSignal): Promise<SealedConnection>;
}

/**
 * Tunnels through an ssh host (`ssh -W`). Programs on a host use ReadIo and ChangeIo instead, which distinguish
 * declared reads from changes.
 */
export const sshReads = declareReads(
  'ssh',
  ({ within, programWire }, host: SshHost): SshReader => ({
    connect: async (to, signal) => {
      const { dialSsh } = await import('./dial-ssh.ts');
      return sealConnection(await dialSsh(host, to, within(signal), programWire));
    },
    close: async () => {},
  }),
);
