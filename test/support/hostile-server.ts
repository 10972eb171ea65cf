/** A worker that serves hostile HTTP on loopback: the first part of a path selects the behavior. Posts its port. */
import { createServer, type Socket } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
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

const zeros = Buffer.alloc(256 * mebibyte, '0');
const redirect = (to: string) => Buffer.from(head(`Location: ${to}\r\nContent-Length: 0\r\n`, '302 Found'));
const bomb = (encoding: string, pack: () => Buffer): (() => Buffer) => {
  let packed: Buffer | undefined;
  return () => {
    packed ??= whole(pack(), 'application/json', `Content-Encoding: ${encoding}\r\n`);
    return packed;
  };
};

const text = 'text/plain; version=0.0.4';

/** Responses by the first part of the path. */
const responses: Readonly<Record<string, (socket: Socket) => Buffer | undefined>> = {
  healthy: () => whole('{"status":"UP"}'),
  /** Honest, but not at once. */
  late: (socket) => {
    setTimeout(() => socket.end(whole('{"status":"UP"}')), 300);
    return undefined;
  },
  deep: () => whole('['.repeat(4 * mebibyte)),
  'deep-objects': () => whole('{"":'.repeat(1_398_000)),
  wide: () => whole(`[${'{},'.repeat(2_790_000)}{}]`),
  'unique-keys': () => whole(`{${numbered(300_000, (index) => `"k${index}":{"status":"UP"},`)}"k":1}`),
  'unique-shapes': () => whole(`[${numbered(120_000, (index) => `{"k${index}":1},`)}1]`),
  components: () =>
    whole(
      `{"status":"UP","components":{${numbered(50_000, (index) => `"c${index}":{"status":"UP","details":{"a":"xxxxxxxxxx"}},`)}"z":{"status":"UP"}}}`,
    ),
  'long-reason': () =>
    whole(
      `{"status":"DOWN","components":{"db":{"status":"DOWN","details":{"error":"${'password: x '.repeat(500_000)}"}}}}`,
    ),
  escapes: () => whole(JSON.stringify({ status: escapes, components: { [escapes]: { status: 'DOWN' } } })),
  trailing: () => Buffer.concat([whole('{"status":"UP"}'), Buffer.alloc(4 * mebibyte, 'x')]),
  'invalid-utf8': () => whole(Buffer.concat([Buffer.from('{"status":"'), Buffer.alloc(2 * mebibyte, 0xff)])),
  gzip: bomb('gzip', () => gzipSync(zeros)),
  deflate: bomb('deflate', () => deflateSync(zeros)),
  brotli: bomb('br', () => brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } })),
  'many-encodings': () => whole('x', 'application/json', `Content-Encoding: ${'gzip,'.repeat(5000)}gzip\r\n`),
  'to-file': () => redirect('file:///etc/passwd'),
  'to-data': () => redirect('data:text/plain,up'),
  'to-other-host': () => redirect('http://127.0.0.2:9/latest/meta-data'),
  'to-itself': () => redirect('/to-itself'),
  endless: (socket) => {
    forever(socket, head('Content-Type: application/json\r\n'), () => Buffer.alloc(65_536, 'x'));
    return undefined;
  },
  chunks: (socket) => {
    forever(socket, head('Transfer-Encoding: chunked\r\n'), () => '1\r\nx\r\n'.repeat(10_000));
    return undefined;
  },
  'slow-chunks': (socket) => {
    slowly(socket, head('Transfer-Encoding: chunked\r\n'), '1\r\n \r\n');
    return undefined;
  },
  'slow-headers': (socket) => {
    slowly(socket, 'HTTP/1.1 200 OK\r\n', 'X: y\r\n');
    return undefined;
  },
  'many-headers': (socket) => {
    forever(socket, 'HTTP/1.1 200 OK\r\n', (turn) => `X-${turn}: ${'y'.repeat(60_000)}\r\n`);
    return undefined;
  },
  continues: (socket) => {
    forever(socket, '', () => 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1000));
    return undefined;
  },
  banner: (socket) => {
    forever(socket, '', () => 'SSH-2.0-x\r\n'.repeat(1000));
    return undefined;
  },
  metrics: (socket) => {
    forever(socket, head(`Content-Type: ${text}\r\n`), (turn) =>
      numbered(1000, (index) => `m${turn * 1000 + index}{a="${index}"} 1\n`),
    );
    return undefined;
  },
  'metrics-line': () => whole(`m{a="${'x'.repeat(7 * mebibyte)}`, text),
  'metrics-labels': () => whole(`m{${numbered(200_000, (index) => `l${index}="v",`)}} 1\n`, text),
  'metrics-help': () => whole(`# HELP m ${'\\n'.repeat(4_000_000)}\nm 1\n`, text),
  'metrics-escapes': () => whole(`m{a="${'\\\\n'.repeat(2_500_000)}"} 1\nm 2\n`, text),
  'metrics-families': () =>
    whole(
      numbered(350_000, (index) => `m${index} ${index}\n`),
      text,
    ),
  'metrics-flaws': () => whole('a{\n'.repeat(2_000_000), text),
  'metrics-same': () => whole('m{a="b"} 1\n'.repeat(600_000), text),
};

const tiny = Buffer.from([0x82, 1, 0x78]);

/** The frames of a WebSocket server after the handshake. */
const messages: Readonly<Record<string, (socket: Socket) => void>> = {
  'ws-tiny': (socket) => forever(socket, '', () => Buffer.alloc(60_000, tiny)),
  'ws-empty': (socket) => forever(socket, '', () => Buffer.alloc(60_000, Buffer.from([0x82, 0]))),
  'ws-pings': (socket) => forever(socket, '', () => Buffer.alloc(60_000, Buffer.from([0x89, 1, 0x78]))),
  'ws-long': (socket) => forever(socket, '', () => frame(2, true, Buffer.alloc(4 * mebibyte, 'x'))),
  'ws-too-long': (socket) => void socket.write(frame(2, true, Buffer.alloc(100), 1n << 40n)),
  'ws-parts': (socket) =>
    forever(socket, '', (turn) => frame(turn === 0 ? 2 : 0, false, Buffer.alloc(65_536))),
  'ws-empty-parts': (socket) =>
    forever(socket, '', (turn) =>
      turn === 0 ? frame(2, false, tiny) : Buffer.alloc(60_000, Buffer.from([0, 0])),
    ),
  'ws-utf8': (socket) => void socket.write(frame(1, true, Buffer.alloc(1000, 0xff))),
  'ws-reserved': (socket) => void socket.write(Buffer.from([0xf7, 0])),
  'ws-close': (socket) => void socket.end(Buffer.from([0x88, 5, 0x03, 0xe8, 0x1b, 0x5b, 0x6d])),
};

const server = createServer((socket) => {
  socket.on('error', () => {});
  let received = '';
  socket.on('data', (bytes) => {
    if (received.includes('\r\n\r\n')) return;
    received += bytes.toString('latin1');
    if (!received.includes('\r\n\r\n')) return;
    const name = received.split(' ')[1]?.split(/[/?]/)[1] ?? '';
    const speak = messages[name];
    if (speak !== undefined) {
      socket.write(handshake(received));
      speak(socket);
      return;
    }
    const response = responses[name]?.(socket);
    if (response !== undefined) socket.end(response);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  parentPort?.postMessage(typeof address === 'object' ? address?.port : 0);
});
