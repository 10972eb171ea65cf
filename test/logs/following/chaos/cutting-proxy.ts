import { connect, createServer, type Socket } from 'node:net';
import { roll } from './chance.ts';

export interface ChaosDoor extends AsyncDisposable {
  readonly port: number;
  /** Number of connections cut. */
  readonly cuts: number;
  /** Cuts all open connections, idle ones too. */
  cut(): void;
  /** Stops cutting connections. */
  calm(): void;
}

/** A proxy to a local server that cuts connections at random bytes of the responses. */
export const openChaosDoor = async (
  to: { readonly host: string; readonly port: number },
  chance: () => number,
  mostBytes: number,
): Promise<ChaosDoor> => {
  const sockets = new Set<Socket>();
  let cuts = 0;
  let isCalm = false;
  const server = createServer((socket) => {
    const onward = connect(to);
    let room = roll(chance, mostBytes);
    const end = (): void => {
      socket.destroy();
      onward.destroy();
    };
    for (const currentSocket of [socket, onward]) {
      currentSocket.on('error', end);
      currentSocket.once('close', end);
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.pipe(onward);
    onward.on('data', (bytes: Buffer) => {
      room -= bytes.length;
      if (isCalm || room >= 0) {
        if (!socket.write(bytes)) onward.pause();
        return;
      }
      cuts++;
      // Bytes received before the cut still arrive.
      onward.pause();
      socket.write(bytes.subarray(0, bytes.length + room), () => end());
    });
    socket.on('drain', () => onward.resume());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    get cuts() {
      return cuts;
    },
    cut: () => {
      if (isCalm) return;
      cuts += sockets.size;
      for (const socket of sockets) socket.destroy();
    },
    calm: () => {
      isCalm = true;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
