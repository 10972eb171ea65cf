import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on loopback that can be made to lead elsewhere; connections that are open then are cut. */
export interface SwitchableProxy extends AsyncDisposable {
  readonly port: number;
  leadTo(port: number): void;
  /** Leads the connections from now on to these ports in turn, as a load balancer does. Open ones stay. */
  leadInTurn(...ports: readonly number[]): void;
}

export const switchableProxy = async (first: number): Promise<SwitchableProxy> => {
  const sockets = new Set<Socket>();
  let targets: readonly number[] = [first];
  let count = 0;
  const server = createServer((socket) => {
    const wire = connect(targets[count++ % targets.length] ?? first, '127.0.0.1');
    for (const currentSocket of [socket, wire]) {
      sockets.add(currentSocket);
      currentSocket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(currentSocket);
          socket.destroy();
          wire.destroy();
        });
    }
    socket.pipe(wire).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => {
      targets = [port];
      cut();
    },
    leadInTurn: (...ports) => {
      [targets, count] = [ports, 0];
    },
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
