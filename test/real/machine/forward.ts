import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { track } from './children.ts';

const program = 'nsenter';

export interface Forward {
  readonly port: number;
  close(): Promise<void>;
}

/** Forwards a loopback port to an address in the network namespace of a process, with nsenter and busybox's nc. */
export const forwardInto = async (pid: number, host: string, port: number): Promise<Forward> => {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    const args = ['--target', String(pid), '--net', 'busybox', 'nc', host, String(port)];
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const { end } = track(child);
    // A reset on either side counts as an end.
    for (const stream of [socket, child.stdin, child.stdout]) stream.on('error', () => undefined);
    socket.pipe(child.stdin);
    child.stdout.pipe(socket);
    child.once('close', () => socket.destroy());
    child.once('error', () => socket.destroy());
    socket.once('close', () => {
      open.delete(socket);
      void end();
    });
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
