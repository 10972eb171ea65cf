import type { Destination } from '../../platform/network/dial.ts';
import { type SealedConnection, sealConnection } from '../../platform/network/sealed.ts';
import { type Client, declareReads } from '../../platform/protocol.ts';
import type { SshHost } from './ssh-command.ts';

interface SshReader extends Client {
  /** A connection from the host to a port that it reaches. Throws TunnelError, and a plain WireError when nothing listens there. */
  connect(to: Destination, signal: AbortSignal): Promise<SealedConnection>;
}

/** Tunnels through an ssh host (`ssh -W`). Programs on a host go through the doors, which know who declared them. */
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
