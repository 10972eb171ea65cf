import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { LogEvent } from '../../../src/logs/reading/tail.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { actuator } from '../../../src/sources/actuator/index.ts';
import { longTest } from '../../support/layer.ts';
import { localServer } from '../../support/local-server.ts';
import { openSource } from '../open-source.ts';

/** Serves `file.text` at /logfile as Spring does: 206 for a range, 416 beyond the end; other statuses on request. */
const serving = (file: { text: string; status?: number }) =>
  localServer((request, response) => {
    const bytes = Buffer.from(file.text);
    const [, from = '', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    if (request.url !== '/logfile' || file.status === 404) return response.writeHead(404).end();
    if (file.status === 200 || from === '') return response.writeHead(200).end(bytes);
    if (Number(from) >= bytes.length)
      return response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    const part = bytes.subarray(Number(from), Number(to) + 1);
    const range = `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`;
    return response.writeHead(206, { 'content-range': range }).end(part);
  });

const textOf = (event: LogEvent): readonly string[] => {
  switch (event.is) {
    case 'line':
      return [event.text];
    case 'chunk':
      return Buffer.from(event.bytes).toString().trimEnd().split('\n');
    case 'gap':
      return [`gap: ${event.why}`];
    case 'fault':
      return [`fault: ${event.fault.kind} ${event.fault.message}`];
    default:
      return [];
  }
};

const tailOf = async (url: string, { clock = systemClock(), timeout = '3s' } = {}) => {
  const opened = await openSource(actuator, { service: 'bus', url, timeout, logs: true }, [], clock);
  const [tail] = (await opened.source.tails?.(undefined, new AbortController().signal)) ?? [];
  if (tail === undefined) throw new Error('no tail');
  return { tail, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
};

const collected = async (all: AsyncIterable<LogEvent>): Promise<readonly LogEvent[]> => {
  const events: LogEvent[] = [];
  for await (const event of all) events.push(event);
  return events;
};

test('the last lines, and older ones before them', async () => {
  await using server = await serving({ text: 'one\ntwö\nthree\nfour\n' });
  await using tail = await tailOf(server.url);
  const { signal } = new AbortController();
  const events = await collected(tail.tail.open({ lines: 2, follow: false }, signal));
  expect(tail.tail.stream).toBe('bus');
  expect(events.flatMap(textOf)).toEqual(['three', 'four']);
  const [first] = events.flatMap((event) =>
    event.is === 'chunk' && event.first !== undefined ? [event.first] : [],
  );
  const older = await tail.tail.older?.({ mark: first ?? '', lines: 10 }, signal);
  expect(older?.events.flatMap(textOf)).toEqual(['one', 'twö']);
  expect(older?.isStart).toBe(true);
});

test('follows appended lines, and says where lines may be missing after a rotation', {
  timeout: 30_000,
}, async () => {
  const file = { text: 'one\ntwo\n' };
  await using server = await serving(file);
  await using tail = await tailOf(server.url);
  const over = new AbortController();
  const seen: string[] = [];
  for await (const event of tail.tail.open({ lines: 1, follow: true }, over.signal)) {
    seen.push(...textOf(event));
    if (seen.length === 1) file.text += 'three\n';
    if (seen.at(-1) === 'three') file.text = 'new\n';
    if (seen.at(-1) === 'new') over.abort();
  }
  expect(seen).toEqual([
    'two',
    'three',
    'gap: the log file was truncated: the last lines may be missing',
    'new',
  ]);
});

const failures: readonly (readonly [number, string])[] = [
  [404, 'missing'],
  [200, 'malformed'],
];
test.each(failures)('status %i is a fault of kind %s, and names what helps', async (status, kind) => {
  await using server = await serving({ text: 'one\n', status });
  await using tail = await tailOf(server.url);
  const events = await collected(tail.tail.open({ lines: 1, follow: false }, new AbortController().signal));
  expect(events).toMatchObject([{ is: 'fault', fault: { kind } }]);
});

/** Serves a file of 8 bytes whose parts other than the first byte are answered by `answer`. */
const servingParts = (answer: (response: ServerResponse, from: number) => void) =>
  localServer((request, response) => {
    const from = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1]);
    if (from >= 8) return response.writeHead(416, { 'content-range': 'bytes */8' }).end();
    if (request.headers.range !== 'bytes=0-0') return answer(response, from);
    return response.writeHead(206, { 'content-range': 'bytes 0-0/8' }).end('o');
  });

const lastLine = async (url: string, timeout?: string): Promise<readonly string[]> => {
  await using tail = await tailOf(url, timeout === undefined ? {} : { timeout });
  const events = await collected(tail.tail.open({ lines: 1, follow: false }, new AbortController().signal));
  return events.flatMap(textOf);
};

const stalls: readonly (readonly [string, (response: ServerResponse) => void])[] = [
  ['before its headers', () => {}],
  [
    'before its body',
    (response) => response.writeHead(206, { 'content-range': 'bytes 0-7/8' }).flushHeaders(),
  ],
];
test.each(stalls)('a response that stalls %s is a fault after the timeout', async (_, answer) => {
  await using server = await servingParts(answer);
  const [fault] = await lastLine(server.url, '200ms');
  expect(fault).toMatch(/^fault: timeout .*no answer in 200ms/);
  await server.drained();
});

test('a slow response is continued at its first missing byte', async () => {
  await using server = await servingParts((response, from) => {
    response.writeHead(206, { 'content-range': `bytes ${from}-7/8` });
    if (from === 0) response.write('one\nt');
    else response.end('one\ntwo\n'.slice(from));
  });
  expect(await lastLine(server.url, '200ms')).toEqual(['two']);
  expect(server.headers.map(({ range }) => range)).toContain('bytes=5-7');
});

longTest('an endless body is read only as far as requested', async () => {
  await using server = await servingParts((response, from) => {
    response.writeHead(206, { 'content-range': `bytes ${from}-7/8` });
    const part = 'one\ntwo\n'.slice(from);
    const endless = Readable.from(
      (function* () {
        for (let index = 0; ; index += 1) yield index === 0 ? part : 'more\n'.repeat(1000);
      })(),
    );
    endless.pipe(response).once('close', () => endless.destroy());
  });
  expect(await lastLine(server.url, '60s')).toEqual(['two']);
  await server.drained();
});

const wrongRanges: readonly (readonly [string, string | undefined, RegExp])[] = [
  ['at another byte', 'bytes 4-7/8', /begins at byte 4: check proxies/],
  [
    'without Content-Range',
    undefined,
    /no valid Content-Range: check proxies between opsdeck and the service$/,
  ],
  [
    'in another unit',
    'lines 0-7/8',
    /no valid Content-Range: check proxies between opsdeck and the service$/,
  ],
];
test.each(wrongRanges)('a part %s is a fault, not lines', async (_, range, words) => {
  await using server = await servingParts((response) =>
    response.writeHead(206, range === undefined ? {} : { 'content-range': range }).end('one\ntwo\n'),
  );
  const [fault, ...more] = await lastLine(server.url);
  expect(fault).toMatch(words);
  expect(fault).toMatch(/^fault: malformed /);
  expect(more).toEqual([]);
});

test('a response without the size of the file is a fault', async () => {
  await using server = await localServer((_, response) =>
    response.writeHead(206, { 'content-range': 'bytes 0-0/*' }).end('o'),
  );
  expect(await lastLine(server.url)).toEqual([
    expect.stringMatching(
      /^fault: malformed .*the Content-Range of the response has no file size: check proxies between opsdeck and the service$/,
    ),
  ]);
});

test('without logs: true there is no log stream', async () => {
  await using opened = await openSource(actuator, { service: 'bus', url: 'http://h/a' });
  expect(opened.source.tails).toBeUndefined();
});
