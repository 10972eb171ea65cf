import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { connectInMemory, listenOnLoopback } from '../../../../src/simulator/servers/http/loopback.ts';

const stack = new AsyncDisposableStack();
afterEach(() => stack.disposeAsync());

test('a write that is under way when its connection is destroyed is reported as canceled, like that of a socket', async () => {
  const server = createServer((socket) =>
    socket.on('error', () => {}).on('data', () => socket.write('answer')),
  );
  const port = await listenOnLoopback(server);
  stack.defer(() => new Promise((resolve) => server.close(() => resolve())));
  const connection = connectInMemory(port);
  await new Promise<void>((resolve) => {
    connection.once('data', () => resolve());
    connection.write('first');
  });
  // From here on the server answers while the write is still under way.
  await new Promise((resolve) => setImmediate(resolve));
  connection.once('data', () => connection.destroy());
  const written = new Promise((resolve) => connection.write('second', resolve));
  await expect(written).resolves.toMatchObject({ code: 'ECANCELED' });
});
