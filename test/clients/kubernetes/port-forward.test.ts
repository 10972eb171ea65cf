import { once } from 'node:events';
import { expect, test } from 'vitest';
import { openPortForward } from '../../../src/clients/kubernetes/port-forward.ts';
import { createAsyncQueue } from '../../../src/platform/runtime/async-queue.ts';

const frame = (channel: number, text: string): Uint8Array => Buffer.from([channel, ...Buffer.from(text)]);

/** A connection that the other side is closing: nothing can be sent any more, and its last messages are still to be read. */
const openClosing = async () => {
  const messages = createAsyncQueue<Uint8Array>();
  messages.put(frame(0, '\x90\x1f'));
  messages.put(frame(1, '\x90\x1f'));
  const wire = {
    protocol: 'v4.channel.k8s.io',
    messages,
    send: () => Promise.reject(new Error('WebSocket is not open: readyState 2 (CLOSING)')),
    close: () => messages.end(),
  };
  const duplex = await openPortForward(wire, 'bus-0:8081', new AbortController().signal);
  duplex.write('GET / HTTP/1.1\r\n\r\n');
  const failed = once(duplex, 'error');
  await new Promise(setImmediate);
  return { messages, failed };
};

test('a write to a connection that is closing fails with the reason that the other side sends', async () => {
  const { messages, failed } = await openClosing();
  messages.put(frame(1, 'error forwarding port 8081: dial tcp4 127.0.0.1:8081: connect: connection refused'));
  expect(String((await failed)[0])).toContain('connection refused');
});

test('without a reason, it names the port that was closed', async () => {
  const { messages, failed } = await openClosing();
  messages.end();
  expect(String((await failed)[0])).toContain('bus-0:8081: closed');
});
