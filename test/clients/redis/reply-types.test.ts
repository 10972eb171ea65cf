import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openRedisReader } from '../../../src/clients/redis/reader.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';

const never = new AbortController().signal;

test.each([
  ['a boolean', '#t\r\n'],
  ['a map', '%1\r\n+a\r\n:1\r\n'],
])('%s, which is no reply of RESP2, fails the command at once', async (_, reply) => {
  await using stack = new AsyncDisposableStack();
  const server = createServer((client) => client.on('error', () => {}).on('data', () => client.write(reply)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const target = { url: `redis://127.0.0.1:${port}/0` };
  const reader = openRedisReader(target, openTransport(systemClock(), {}));
  stack.defer(() => reader.close());
  await expect(reader.ask({ commands: [['PING']] }, never)).rejects.toMatchObject({
    kind: 'malformed',
    message:
      'the response is not from a Redis server: check the port in url, and whether the server requires TLS (rediss://)',
  });
});
