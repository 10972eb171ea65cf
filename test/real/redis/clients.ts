import { once } from 'node:events';
import { connect } from 'node:net';
import type { Address } from '../servers/server.ts';
import { adminUser } from './commands.ts';

/** Opens a client with this name that waits for an item of a list, as the worker of a queue does. */
export const openWaitingClient = async (
  { port }: Pick<Address, 'port'>,
  name: string,
  login: typeof adminUser | 'none' = adminUser,
): Promise<AsyncDisposable & { readonly closed: Promise<unknown> }> => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  await once(socket, 'connect');
  const replies: Promise<unknown> = once(socket, 'data');
  const auth = login === 'none' ? '' : `AUTH ${login.user} ${login.password}\r\n`;
  socket.write(`${auth}CLIENT SETNAME ${name}\r\nBLPOP queue:never 0\r\n`);
  await replies;
  socket.resume();
  return {
    closed,
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      await closed;
    },
  };
};

/** Opens connections that send nothing. */
export const holdConnections = async (
  { port }: Pick<Address, 'port'>,
  count: number,
): Promise<AsyncDisposable> => {
  const sockets = await Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      await once(socket, 'connect');
      return socket.resume();
    }),
  );
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
    },
  };
};
