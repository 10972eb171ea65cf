import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy on loopback that leads every connection to one port, whatever name is asked for. */
export interface LoopbackProxy extends AsyncDisposable {
  readonly port: number;
  /** What was asked for: 'host:port'. */
  readonly asked: readonly string[];
}

const opened = async (server: Server, asked: readonly string[]): Promise<LoopbackProxy> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const joined = (socket: Socket, target: number, ready: (wire: Socket) => void): void => {
  const wire = connect(target, '127.0.0.1', () => {
    ready(wire);
    wire.pipe(socket).pipe(wire);
  });
  wire.on('error', () => socket.destroy());
  socket.on('error', () => wire.destroy()).on('close', () => wire.destroy());
};

interface HttpProxyOptions {
  readonly target: number;
  /** 'user:password'; without it 407. */
  readonly login?: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Answered in place of a connection. */
  readonly status?: number;
}

/** A proxy that understands CONNECT. */
export const httpProxy = ({ target, login, tls, status }: HttpProxyOptions): Promise<LoopbackProxy> => {
  const asked: string[] = [];
  const server = tls === undefined ? createHttpServer() : createHttpsServer(tls);
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    asked.push(url);
    const wanted = login && `Basic ${Buffer.from(login).toString('base64')}`;
    const refused = wanted !== undefined && headers['proxy-authorization'] !== wanted ? 407 : status;
    if (refused !== undefined) return socket.end(`HTTP/1.1 ${refused} Refused\r\n\r\n`);
    joined(socket, target, () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
  });
  return opened(server, asked);
};

interface SocksProxyOptions {
  readonly target: number;
  /** 'user:password'. */
  readonly login?: string;
  /** Answered in place of a connection; RFC 1928 §6. */
  readonly reply?: number;
  /** It sends one byte at a time. */
  readonly drips?: boolean;
}

/** A proxy that understands SOCKS5: IPv4, names and IPv6. */
export const socksProxy = (options: SocksProxyOptions): Promise<LoopbackProxy> => {
  const asked: string[] = [];
  const server = createServer((socket) => {
    void speakSocks(socket, options, asked).catch(() => socket.destroy());
  });
  return opened(server, asked);
};

const speakSocks = async (socket: Socket, options: SocksProxyOptions, asked: string[]): Promise<void> => {
  const { login, reply = 0, drips = false, target } = options;
  const say = async (...bytes: readonly number[]): Promise<void> => {
    for (const part of drips ? bytes.map((byte) => [byte]) : [bytes]) {
      socket.write(Buffer.from(part));
      if (drips) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const take = async (length: number): Promise<Buffer> => {
    let got = Buffer.alloc(0);
    while (got.length < length) {
      const more: Buffer | null = socket.read();
      if (more === null) await new Promise((resolve) => socket.once('readable', resolve));
      else got = Buffer.concat([got, more]);
    }
    socket.unshift(got.subarray(length));
    return got.subarray(0, length);
  };
  const [, methods = 0] = await take(2);
  const offered = [...(await take(methods))];
  if (login !== undefined && !offered.includes(2)) return void (await say(5, 0xff));
  await say(5, login === undefined ? 0 : 2);
  if (login !== undefined) {
    const user = (await take((await take(2))[1] ?? 0)).toString();
    const password = (await take((await take(1))[0] ?? 0)).toString();
    await say(1, `${user}:${password}` === login ? 0 : 1);
  }
  const [, , , type] = await take(4);
  const host =
    type === 1
      ? [...(await take(4))].join('.')
      : type === 4
        ? (await take(16)).toString('hex')
        : (await take((await take(1))[0] ?? 0)).toString();
  asked.push(`${host}:${(await take(2)).readUInt16BE()}`);
  if (reply !== 0) return void (await say(5, reply, 0, 1, 0, 0, 0, 0, 0, 0));
  await say(5, 0, 0, 1, 0, 0, 0, 0, 0, 0);
  joined(socket, target, () => {});
};
