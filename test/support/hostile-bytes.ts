/** The bytes of hostile servers. */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';

/** A mebibyte. */
export const mebibyte = 1024 * 1024;

/** The head of a response. */
export const head = (headers: string, status = '200 OK'): string => `HTTP/1.1 ${status}\r\n${headers}\r\n`;
/** A whole response. */
export const whole = (body: string | Buffer, type = 'application/json', headers = ''): Buffer => {
  const bytes = Buffer.from(body);
  const lines = `Content-Type: ${type}\r\n${headers}Content-Length: ${bytes.length}\r\n`;
  return Buffer.concat([Buffer.from(head(lines)), bytes]);
};
/** So many texts, one after the other. */
export const numbered = (count: number, text: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => text(index)).join('');

/** Sends until the client closes the connection, as fast as it reads. */
export const forever = (socket: Socket, first: string, part: (turn: number) => string | Buffer): void => {
  socket.write(first);
  let turn = 0;
  const more = (): void => {
    while (!socket.destroyed && socket.write(part(turn++)));
  };
  socket.on('drain', more);
  more();
};
/** Sends a part at each interval, until the client closes the connection. */
export const slowly = (socket: Socket, first: string, part: string): void => {
  socket.write(first);
  const timer = setInterval(() => socket.write(part), 100);
  socket.on('close', () => clearInterval(timer));
};
/** Text that would control a terminal, or forge a line of it. */
export const escapes =
  '\x1b]0;owned\x07\x1b]52;c;cHdu\x07\x1b[31mred\x9b31m\u202eevil\u2066\x08\r\nFORGED ok\u2028';

/** A frame of a server (RFC 6455 §5.2): not masked. `opcode`: 1 for text, 2 for bytes, 0 for the rest of a message. */
export const frame = (
  opcode: number,
  isLast: boolean,
  body: Buffer,
  length: bigint = BigInt(body.length),
): Buffer => {
  const header = Buffer.alloc(10);
  header[0] = (isLast ? 0x80 : 0) | opcode;
  header[1] = 127;
  header.writeBigUInt64BE(length, 2);
  return Buffer.concat([header, body]);
};

/** The answer that opens a WebSocket (RFC 6455 §4.2.2), with the protocol that was asked for. */
export const handshake = (request: string): string => {
  const key = /sec-websocket-key: *(\S+)/i.exec(request)?.[1] ?? '';
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const protocol = /sec-websocket-protocol: *x/i.test(request) ? 'Sec-WebSocket-Protocol: x\r\n' : '';
  return head(
    `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${protocol}`,
    '101 Switching Protocols',
  );
};
