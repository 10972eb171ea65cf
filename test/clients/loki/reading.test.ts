import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { lokiReads } from '../../../src/clients/loki/reading.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';

const never = new AbortController().signal;

test('a tail is opened at the tail endpoint only, and nothing can be sent on it', async () => {
  const questions: (string | undefined)[] = [];
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  sockets.on('connection', (socket, request) => {
    questions.push(request.url);
    socket.send(Buffer.from('{"streams":[]}'));
    socket.close(1000);
  });
  await new Promise((resolve) => sockets.once('listening', resolve));
  const url = `http://127.0.0.1:${(sockets.address() as AddressInfo).port}`;
  const io = openReadIo(systemClock());
  const reads = io.open(lokiReads, { url });
  for (const path of ['/exec', '/loki/api/v1/tail/exec', '/push?x=/loki/api/v1/tail'])
    await expect(reads.tail({ url: `${url}${path}` }, never)).rejects.toThrow('is not a tail request');
  expect(questions).toEqual([]);
  const tail = await reads.tail({ url: `${url}/loki/api/v1/tail?query={}` }, never);
  const received: string[] = [];
  for await (const message of tail.messages) received.push(Buffer.from(message).toString());
  expect(received).toEqual(['{"streams":[]}']);
  expect(Object.keys(tail)).toEqual(['protocol', 'messages', 'close']);
  await io.close();
  await new Promise((resolve) => sockets.close(resolve));
});
