import { request } from 'node:http';
import { isIP, isIPv4, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, rootCertificates } from 'node:tls';
import { oneLine } from '../masking/sanitize.ts';
import { toAbortError, toWireError, WireError } from '../runtime/wire-error.ts';
import { type Destination, type Dial, TunnelError } from './dial.ts';
import type { TlsOptions } from './http-messages.ts';
import { openTcp } from './net.ts';
import type { ProxyServer } from './proxy.ts';
import { RemediedError } from './to-fault.ts';

/** A proxy, the dial that reaches it, and its TLS trust. */
interface ProxyRoute {
  readonly proxy: ProxyServer;
  readonly dial: Dial | undefined;
  readonly tls: TlsOptions | undefined;
}

/**
 * Opens a connection to `to` through a proxy; see `throughProxy`. The signal cancels connecting, not the connection.
 */
export const dialThroughProxy = async (
  { proxy, dial, tls }: ProxyRoute,
  to: Destination,
  signal: AbortSignal,
): Promise<Duplex> => {
  const wire = await openTcp(proxy, dial, signal).catch((error: unknown) => {
    throw lost(proxy, signal, error);
  });
  const abort = (): void => void wire.destroy(toAbortError(signal));
  signal.addEventListener('abort', abort, { once: true });
  try {
    if (signal.aborted) throw toAbortError(signal);
    if (proxy.scheme === 'socks5') return await askSocks(wire, proxy, to);
    return await askHttp(proxy.scheme === 'https' ? await secured(wire, proxy, tls) : wire, proxy, to);
  } catch (error) {
    wire.destroy();
    throw lost(proxy, signal, error);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** Maps a failure: a refusal of the proxy stays as it is, everything else is a lost tunnel. */
const lost = ({ address }: ProxyServer, signal: AbortSignal, error: unknown): unknown => {
  if (signal.aborted) return toAbortError(signal);
  if (error instanceof Refusal) return error.why;
  if (error instanceof TunnelError) return error;
  const wire = toWireError(error);
  return wire === undefined ? error : new TunnelError(`proxy ${address}: ${wire.message}`, undefined, error);
};

/** A response of the proxy that refuses the connection. */
class Refusal extends Error {
  readonly why: WireError;
  constructor(why: WireError) {
    super(why.message);
    this.why = why;
  }
}

const denied = ({ address }: ProxyServer, why: string): Refusal =>
  new Refusal(
    new RemediedError(
      'denied',
      `proxy ${address} ${why}`,
      'check the user and password in the proxy URL, and the access rules of the proxy',
    ),
  );

const secured = (wire: Duplex, { host }: ProxyServer, { ca, insecure }: TlsOptions = {}): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const inside = connectTls({
      socket: wire,
      host,
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }),
      ...(insecure === true ? { rejectUnauthorized: false } : {}),
    });
    inside.once('secureConnect', () => resolve(inside)).once('error', reject);
    wire.once('close', () => reject(new WireError('unreachable', 'connection closed')));
  });

const addressOf = ({ host, port }: Destination): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** HTTP CONNECT. Source: RFC 9110 §9.3.6. */
const askHttp = (wire: Duplex, proxy: ProxyServer, to: Destination): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const { login } = proxy;
    const basic = login && Buffer.from(`${login.user}:${login.password}`).toString('base64');
    const connectRequest = request({
      method: 'CONNECT',
      path: addressOf(to),
      headers: {
        host: addressOf(to),
        'user-agent': 'opsdeck',
        ...(basic === undefined ? {} : { 'proxy-authorization': `Basic ${basic}` }),
      },
      // Node uses only what a Duplex has, if it is not a Socket.
      createConnection: () => wire as Socket,
    });
    connectRequest.once('connect', ({ statusCode = 0, statusMessage = '' }, socket: Duplex, head: Buffer) => {
      if (statusCode < 200 || statusCode > 299)
        return reject(httpRefusal(proxy, to, statusCode, oneLine(statusMessage, 100)));
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    connectRequest.once('error', reject);
    connectRequest.end();
  });

const httpRefusal = (proxy: ProxyServer, to: Destination, status: number, why: string): Error => {
  const words = `answered ${status}${why === '' ? '' : ` ${why}`} for ${addressOf(to)}`;
  if (status === 401 || status === 403 || status === 407) return denied(proxy, words);
  if (status >= 502 && status <= 504)
    return new Refusal(new WireError('unreachable', `proxy ${proxy.address} ${words}`));
  return new WireError('malformed', words);
};

const version = 5;
const noLogin = 0;
const byPassword = 2;

/** SOCKS5. Source: RFC 1928, and RFC 1929 for the login. */
const askSocks = async (wire: Duplex, proxy: ProxyServer, to: Destination): Promise<Duplex> => {
  const { login } = proxy;
  const methods = login === undefined ? [noLogin] : [noLogin, byPassword];
  wire.write(Buffer.from([version, methods.length, ...methods]));
  const [speaks, method] = await bytes(wire, 2);
  if (speaks !== version)
    throw new WireError('malformed', 'the address does not answer as a SOCKS5 proxy: check the proxy URL');
  if (method === byPassword && login !== undefined) {
    wire.write(Buffer.concat([Buffer.from([1]), prefixed(login.user), prefixed(login.password)]));
    const [, status] = await bytes(wire, 2);
    if (status !== 0) throw denied(proxy, 'the proxy rejected the user and password');
  } else if (method !== noLogin)
    throw denied(proxy, 'the proxy requires another login method than user and password');
  const port = Buffer.from([to.port >> 8, to.port & 0xff]);
  wire.write(Buffer.concat([Buffer.from([version, 1, 0]), socksAddress(to.host), port]));
  const [, reply = 0, , type] = await bytes(wire, 4);
  if (reply !== 0) throw socksRefusal(proxy, to, reply);
  const length = type === 1 ? 4 : type === 4 ? 16 : ((await bytes(wire, 1))[0] ?? 0);
  await bytes(wire, length + 2);
  return wire;
};

const prefixed = (text: string): Buffer => {
  const encoded = Buffer.from(text);
  if (encoded.length > 255)
    throw new WireError('unconfigured', 'SOCKS5 takes names and logins of at most 255 bytes');
  return Buffer.concat([Buffer.from([encoded.length]), encoded]);
};

const socksAddress = (host: string): Buffer => {
  if (isIPv4(host)) return Buffer.from([1, ...host.split('.').map(Number)]);
  if (isIP(host) === 6) return Buffer.from([4, ...ipv6Bytes(host)]);
  return Buffer.concat([Buffer.from([3]), prefixed(host)]);
};

const ipv6Bytes = (host: string): readonly number[] => {
  // The URL parser writes an embedded IPv4 address as groups.
  const plain = new URL(`http://[${host.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
  const [head = '', tail] = plain.split('::');
  const groupsOf = (text: string): readonly string[] => (text === '' ? [] : text.split(':'));
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
};

const socksReplies = [
  '',
  'general failure',
  'the rules of the proxy forbid the connection',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'TTL expired',
];

const socksRefusal = (proxy: ProxyServer, to: Destination, reply: number): Error => {
  const why = `${socksReplies[reply] ?? `reply ${reply}`} for ${addressOf(to)}`;
  if (reply === 2) return denied(proxy, `answered ${why}`);
  return new Refusal(new WireError('unreachable', `proxy ${proxy.address} answered ${why}`));
};

/** Reads exactly `length` bytes; the bytes after them go back into the stream. */
const bytes = async (wire: Duplex, length: number): Promise<Buffer> => {
  let got = Buffer.alloc(0);
  while (got.length < length) {
    // Reads everything: a stream that still holds bytes reports itself readable again and again.
    const more: unknown = wire.read();
    if (Buffer.isBuffer(more)) got = Buffer.concat([got, more]);
    else if (wire.readableEnded || wire.destroyed) throw new WireError('unreachable', 'connection closed');
    else await readable(wire);
  }
  if (got.length > length) wire.unshift(got.subarray(length));
  return got.subarray(0, length);
};

const readable = (wire: Duplex): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = (error?: Error | null): void => {
      for (const event of ['readable', 'end', 'close'] as const) wire.off(event, ready);
      wire.off('error', end);
      if (error == null) resolve();
      else reject(error);
    };
    const ready = (): void => end();
    for (const event of ['readable', 'end', 'close'] as const) wire.once(event, ready);
    wire.once('error', end);
  });
