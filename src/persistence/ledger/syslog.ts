import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface SyslogAddress {
  readonly host: string;
  readonly port: number;
  readonly over: 'udp' | 'tcp';
}

/** Where syslog messages go. */
export interface Syslog {
  /** Resolves when the message has left (syslog answers nothing). Rejects when it could not leave, or the signal aborts. */
  send(message: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

const overUdp = ({ host, port }: SyslogAddress): Syslog => {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.unref();
  socket.on('error', () => {});
  return {
    send: (message, signal) =>
      new Promise((resolve, reject) => {
        const aborted = (): void => reject(new Error('no answer in time'));
        signal.addEventListener('abort', aborted, { once: true });
        socket.send(message, port, host, (error) => (error === null ? resolve() : reject(error)));
      }),
    close: () => socket.close(),
  };
};

/** RFC 6587 §3.4.1: the number of bytes, a blank, the message; one connection, made anew when it is gone. */
const overTcp = ({ host, port }: SyslogAddress): Syslog => {
  let open: Socket | undefined;
  const connected = async (signal: AbortSignal): Promise<Socket> => {
    if (open?.writable === true) return open;
    const socket = connect({ host, port });
    socket.unref();
    try {
      await once(socket, 'connect', { signal });
    } catch (error) {
      socket.destroy();
      throw error;
    }
    socket.on('error', () => {});
    // What the other side says is nothing, and its end is the connection's.
    socket.resume();
    open = socket;
    return socket;
  };
  return {
    send: async (message, signal) => {
      const socket = await connected(signal);
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
        socket.write(`${Buffer.byteLength(message)} ${message}`, (error) =>
          error === null || error === undefined ? resolve() : reject(error),
        );
      });
    },
    close: () => open?.destroy(),
  };
};

/** Opens nothing before the first message. */
export const openSyslog = (address: SyslogAddress): Syslog =>
  address.over === 'udp' ? overUdp(address) : overTcp(address);
