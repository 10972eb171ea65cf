/**
 * A worker that serves hostile Docker daemons and Lokis on loopback, each on a port of its own. Posts their ports by name, and
 * on request the methods and paths that were asked.
 */
import { createServer, type Socket } from 'node:net';
import { parentPort } from 'node:worker_threads';
import {
  escapes,
  forever,
  frame,
  handshake,
  head,
  mebibyte,
  numbered,
  slowly,
  whole,
} from './hostile-bytes.ts';

/** Answers one request. */
type Respond = (socket: Socket, path: string, request: string) => void;

const send =
  (bytes: () => Buffer): Respond =>
  (socket) =>
    void socket.end(bytes());
const json = (value: unknown): Buffer => whole(JSON.stringify(value));

const id = 'a'.repeat(64);
const created = Math.floor(Date.UTC(2026, 2, 4) / 1000);
const container = (name: string, nth = 0): Readonly<Record<string, unknown>> => ({
  ...{ Id: String(nth).padStart(64, 'a'), Names: [`/${name}`], Image: 'web:1', ImageID: `sha256:${id}` },
  ...{ Command: 'web', Created: created, State: 'running', Status: 'Up 2 hours', Labels: {}, Ports: [] },
});
const inspected = {
  ...{ Id: id, Name: '/web-1', Created: '2026-03-04T00:00:00Z', RestartCount: 0, Image: `sha256:${id}` },
  State: {
    ...{ Status: 'running', Running: true, Pid: 1, ExitCode: 0 },
    ...{ StartedAt: '2026-03-04T00:00:00Z', FinishedAt: '0001-01-01T00:00:00Z' },
  },
  ...{ Config: { Tty: false, Image: 'web:1', Labels: {} }, HostConfig: {}, NetworkSettings: {} },
};

/** The header of a frame of a log stream. */
const frameHead = (size: number, stream = 1): Buffer => {
  const bytes = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  bytes.writeUInt32BE(size, 4);
  return bytes;
};
const logFrame = (text: string): Buffer =>
  Buffer.concat([frameHead(Buffer.byteLength(text)), Buffer.from(text)]);

const streamHead = head('Content-Type: application/vnd.docker.raw-stream\r\n');
/** Sends parts without an end. */
const endless =
  (part: (turn: number) => string | Buffer): Respond =>
  (socket) =>
    forever(socket, streamHead, part);

/** An honest daemon with a container, except for one of its answers. */
const daemon = (hostile: Readonly<Record<string, Respond>>): Respond => {
  const honest: Readonly<Record<string, Respond>> = {
    json: send(() => json([container('web-1')])),
    inspect: send(() => json(inspected)),
    info: send(() =>
      json({ ID: 'x', Name: 'vm-1', ServerVersion: '27.0.0', SystemTime: new Date().toISOString(), NCPU: 2 }),
    ),
    events: (socket) => slowly(socket, streamHead, ''),
    logs: send(() => whole(logFrame('2026-03-04T09:00:00.000000000Z ok\n'))),
    stats: send(() => json({})),
    images: send(() => json([])),
    other: send(() => json({})),
  };
  return (socket, path, request) => {
    const [part = ''] =
      /\/(?:events|images|info|logs|stats)\b|\/containers\/json|\/containers\/\w+\/json/.exec(path) ?? [];
    const name = part.startsWith('/containers/')
      ? part === '/containers/json'
        ? 'json'
        : 'inspect'
      : part.slice(1) || 'other';
    const respond = hostile[name] ?? hostile.all ?? honest[name] ?? honest.other;
    respond?.(socket, path, request);
  };
};

const event = JSON.stringify({
  ...{ Type: 'container', Action: `die${escapes}`, time: created, timeNano: created * 1e9 },
  Actor: { ID: id, Attributes: { name: `web-1${escapes}`, exitCode: escapes } },
});

/** Hostile Docker daemons. */
const daemons: Readonly<Record<string, Respond>> = {
  'docker-headers': daemon({
    all: (socket) => forever(socket, 'HTTP/1.1 200 OK\r\n', (turn) => `X-${turn}: ${'y'.repeat(60_000)}\r\n`),
  }),
  'docker-silent': daemon({ all: () => {} }),
  'docker-length': daemon({ all: (socket) => void socket.write(head('Content-Length: 99999999999999\r\n')) }),
  'docker-names': daemon({
    json: send(() =>
      json(Array.from({ length: 10_000 }, (_, nth) => container(`web-${nth}${escapes}`, nth))),
    ),
  }),
  'docker-wide': daemon({ json: send(() => whole(`[${'{},'.repeat(2_000_000)}{}]`)) }),
  'docker-frames-long': daemon({
    logs: endless((turn) =>
      turn % 256 === 0
        ? Buffer.concat([frameHead(16 * mebibyte), Buffer.alloc(65_536)])
        : Buffer.alloc(65_536),
    ),
  }),
  'docker-frames-lines': daemon({
    logs: endless((turn) => {
      const lines = Buffer.alloc(65_536, '\n');
      return turn % 256 === 0 ? Buffer.concat([frameHead(16 * mebibyte), lines]) : lines;
    }),
  }),
  'docker-frames-wrong': daemon({ logs: endless(() => frameHead(0xffff_ffff)) }),
  'docker-frames-empty': daemon({ logs: endless(() => Buffer.alloc(64_000, frameHead(0))) }),
  'docker-frames-cut': daemon({
    logs: (socket) =>
      void socket.end(Buffer.concat([Buffer.from(streamHead), frameHead(1000), Buffer.alloc(10)])),
  }),
  'docker-frames-error': daemon({
    logs: endless(() => Buffer.concat([frameHead(mebibyte, 3), Buffer.alloc(mebibyte, escapes)])),
  }),
  'docker-frames-escapes': daemon({
    logs: endless(() =>
      logFrame(numbered(500, (nth) => `2026-03-04T09:00:00.00000${nth % 10}000Z ${nth} ${escapes}\n`)),
    ),
  }),
  'docker-events': daemon({ events: endless(() => numbered(200, () => `${event}\n`)) }),
  'docker-events-line': daemon({ events: endless(() => Buffer.alloc(65_536, '{"a":')) }),
  'docker-events-blank': daemon({ events: endless(() => Buffer.alloc(65_536, '\n')) }),
  'docker-stats': daemon({ stats: endless(() => Buffer.alloc(65_536, '[')) }),
};

const nanos = (nth: number): string => `${BigInt(Date.now() - 1000) * 1_000_000n + BigInt(nth)}`;
const streams = (count: number, text: string): unknown => [
  {
    stream: { app: 'web' },
    values: Array.from({ length: count }, (_, nth) => [nanos(nth), `${nth} ${text}`]),
  },
];

/** A Loki that finds one stream, except for one of its answers. */
const loki = (hostile: Readonly<Record<string, Respond>>): Respond => {
  const success = (data: unknown): Respond => send(() => json({ status: 'success', data }));
  const honest: Readonly<Record<string, Respond>> = {
    series: success([{ app: 'web' }]),
    query_range: success({ resultType: 'streams', result: streams(3, 'ok') }),
    query: success({ resultType: 'vector', result: [] }),
    tail: (socket, _, request) => void socket.write(handshake(request)),
    other: success({}),
  };
  return (socket, path, request) => {
    const name = /\/loki\/api\/v1\/(\w+)/.exec(path)?.[1] ?? 'other';
    (hostile[name] ?? hostile.all ?? honest[name] ?? honest.other)?.(socket, path, request);
  };
};

/** Messages of a tail without an end. */
const tail =
  (message: (turn: number) => Buffer): Respond =>
  (socket, _, request) =>
    forever(socket, handshake(request), message);
const textFrame = (text: string): Buffer => frame(1, true, Buffer.from(text));

/** Hostile Lokis. */
const lokis: Readonly<Record<string, Respond>> = {
  'loki-headers': loki({
    all: (socket) => forever(socket, 'HTTP/1.1 200 OK\r\n', (turn) => `X-${turn}: ${'y'.repeat(60_000)}\r\n`),
  }),
  'loki-silent': loki({ all: () => {} }),
  'loki-series': loki({
    series: send(() =>
      json({
        status: 'success',
        data: Array.from({ length: 20_000 }, (_, nth) => ({ app: `web-${nth}`, [`l${nth}`]: escapes })),
      }),
    ),
  }),
  'loki-entries': loki({
    query_range: send(() =>
      json({ status: 'success', data: { resultType: 'streams', result: streams(20_000, escapes) } }),
    ),
  }),
  'loki-times': loki({
    query_range: send(() =>
      json({
        status: 'success',
        data: {
          resultType: 'streams',
          result: [
            {
              stream: { app: 'web' },
              values: [
                ['9'.repeat(400), 'x'],
                ['-1', 'y'],
                [`${escapes}`, 'z'],
              ],
            },
          ],
        },
      }),
    ),
  }),
  'loki-error': loki({
    all: (socket) =>
      void socket.end(
        Buffer.concat([
          Buffer.from(head('Content-Type: text/plain\r\nContent-Length: 4194304\r\n', '500 Down')),
          Buffer.alloc(4 * mebibyte, escapes),
        ]),
      ),
  }),
  'loki-tail': loki({ tail: tail(() => textFrame(JSON.stringify({ streams: streams(200, escapes) }))) }),
  'loki-tail-tiny': loki({ tail: tail(() => Buffer.alloc(60_000, textFrame('{}'))) }),
  'loki-tail-deep': loki({ tail: tail(() => textFrame('['.repeat(mebibyte))) }),
  'loki-tail-long': loki({ tail: tail(() => frame(1, false, Buffer.alloc(mebibyte, 'x'))) }),
  'loki-tail-wrong': loki({
    tail: (socket, _, request) =>
      void socket.write(
        Buffer.concat([Buffer.from(handshake(request)), frame(1, true, Buffer.alloc(9), 1n << 62n)]),
      ),
  }),
  'loki-tail-dropped': loki({
    tail: tail(() =>
      textFrame(
        JSON.stringify({
          streams: [],
          dropped_entries: Array.from({ length: 5000 }, (_, nth) => ({
            labels: { a: escapes },
            timestamp: nanos(nth),
          })),
        }),
      ),
    ),
  }),
};

const asked: string[] = [];

const listen = (respond: Respond): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer((socket) => {
      let received = '';
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        if (received.includes('\r\n\r\n')) return;
        received += bytes.toString('latin1');
        if (!received.includes('\r\n\r\n')) return;
        const [method = '', path = ''] = received.split(' ');
        asked.push(`${method} ${path.split('?')[0]}`);
        respond(socket, path, received);
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
    });
  });

parentPort?.on('message', () => parentPort?.postMessage([...asked]));
const ports: Record<string, number> = {};
for (const [name, respond] of Object.entries({ ...daemons, ...lokis })) ports[name] = await listen(respond);
parentPort?.postMessage(ports);
