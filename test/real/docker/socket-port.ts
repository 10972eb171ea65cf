import { connect, createServer, type Socket } from 'node:net';

export interface SocketPort {
  readonly port: number;
  close(): Promise<void>;
}

/** Forwards a loopback port to a Unix socket. */
export const openSocketPort = async (path: string): Promise<SocketPort> => {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const onward = connect(path);
    for (const [socket, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
};
