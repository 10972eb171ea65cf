import { expect, test } from 'vitest';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import type { ReadIo } from '../../../src/doors/io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { HttpStream } from '../../../src/platform/network/http-messages.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';

const never = new AbortController().signal;

/** A server whose response is written by the test in pieces. */
const pipe = async (
  work: (stage: {
    readonly server: LocalServer;
    readonly io: ReadIo;
    readonly open: (signal?: AbortSignal) => Promise<HttpStream>;
    readonly write: (text: string) => void;
    readonly finish: () => void;
    readonly tear: () => void;
  }) => Promise<void>,
): Promise<void> => {
  let response: { write(text: string): void; end(): void; destroy(): void } | undefined;
  await using server = await localServer((request, answer) => {
    answer.writeHead(request.url === '/no' ? 403 : 200, {
      'set-cookie': ['a', 'b'],
    });
    answer.flushHeaders();
    response = answer;
  });
  const io = openReadIo(systemClock());
  await work({
    server,
    io,
    open: (signal = never) => io.stream({ url: `${server.url}/log` }, signal),
    write: (text) => response?.write(text),
    finish: () => response?.end(),
    tear: () => response?.destroy(),
  });
  await io.close();
  await server.drained();
};

const textOf = (chunk: Uint8Array | undefined): string => Buffer.from(chunk ?? []).toString();

test('a response is available with its headers, and each chunk as it arrives', () =>
  pipe(async ({ server, open, write, finish }) => {
    const stream = await open();
    expect(stream).toMatchObject({ status: 200, url: `${server.url}/log` });
    expect(stream.latencyMs).toBeGreaterThanOrEqual(0);
    expect(stream.headers['set-cookie']).toBe('a, b');
    expect(server.headers[0]?.['accept-encoding']).toBe('identity');
    const chunks = stream.chunks[Symbol.asyncIterator]();
    write('one\n');
    expect(textOf((await chunks.next()).value)).toBe('one\n');
    write('\u001b[31mtwo');
    expect(textOf((await chunks.next()).value)).toBe('\u001b[31mtwo');
    finish();
    expect(await chunks.next()).toMatchObject({ done: true });
  }));

test('a connection lost during a response is a failure after the received chunks', () =>
  pipe(async ({ open, write, tear }) => {
    const stream = await open();
    write('one\n');
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const chunk of stream.chunks) {
        seen.push(textOf(chunk));
        tear();
      }
    };
    await expect(read()).rejects.toMatchObject({ name: 'WireError', kind: 'unreachable' });
    expect(seen).toEqual(['one\n']);
  }));

test('the signal ends an open response and its connection', () =>
  pipe(async ({ server, open, write }) => {
    const stop = new AbortController();
    const stream = await open(stop.signal);
    write('one\n');
    const read = async (): Promise<void> => {
      for await (const _ of stream.chunks) stop.abort();
    };
    await expect(read()).rejects.toMatchObject({ kind: 'cancelled' });
    await server.drained();
  }));

test('a reader that stops ends the connection', () =>
  pipe(async ({ server, open, write }) => {
    const stream = await open();
    write('one\n');
    for await (const _ of stream.chunks) break;
    await server.drained();
  }));

test('a closed io ends its open responses', () =>
  pipe(async ({ io, open, server }) => {
    const stream = await open();
    const read = stream.chunks[Symbol.asyncIterator]().next();
    await Promise.all([io.close(), expect(read).rejects.toMatchObject({ kind: 'cancelled' })]);
    await server.drained();
  }));

test('an error response is read as text, up to a limit, without control sequences', () =>
  pipe(async ({ io, server, write, finish }) => {
    const short = await io.stream({ url: `${server.url}/no` }, never);
    write('you \u001b[2Jmay not');
    finish();
    expect([short.status, await short.text()]).toEqual([403, 'you may not']);
    const long = await io.stream({ url: `${server.url}/no` }, never);
    write('x'.repeat(5000));
    expect(await long.text(1000)).toBe('x'.repeat(1000));
  }));

test('only a ChangeIo sends methods other than GET', () =>
  pipe(async ({ server, write, finish }) => {
    const change = openChangeIo(systemClock());
    const stream = await change.stream({ method: 'POST', url: `${server.url}/images/create` }, never);
    write('pulled');
    finish();
    expect(await stream.text()).toBe('pulled');
    expect(server.asked).toEqual(['POST /images/create']);
    await change.close();
  }));
