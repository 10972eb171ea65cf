import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A proxy on loopback that connects every request to one port, regardless of the requested name. */
export interface LoopbackProxy extends AsyncDisposable {
  readonly port: number;
  /** Requested targets: 'host:port'. */
  readonly requestedTargets: readonly string[];
}

const listen = async (server: Server, requestedTargets: readonly string[]): Promise<LoopbackProxy> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requestedTargets,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const pipeTo = (socket: Socket, target: number, ready: (wire: Socket) => void): void => {
  const wire = connect(target, '127.0.0.1', () => {
    ready(wire);
    wire.pipe(socket).pipe(wire);
  });
  wire.on('error', () => socket.destroy());
  socket.on('error', () => wire.destroy()).on('close', () => wire.destroy());
};

interface HttpProxyOptions {
  readonly target: number;
  /** Required 'user:password'; other requests get 407. */
  readonly login?: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Response status instead of a connection. */
  readonly status?: number;
}

/** An HTTP proxy with CONNECT. */
export const httpProxy = ({ target, login, tls, status }: HttpProxyOptions): Promise<LoopbackProxy> => {
  const requestedTargets: string[] = [];
  const server = tls === undefined ? createHttpServer() : createHttpsServer(tls);
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    requestedTargets.push(url);
    const expected = login && `Basic ${Buffer.from(login).toString('base64')}`;
    const refused = expected !== undefined && headers['proxy-authorization'] !== expected ? 407 : status;
    if (refused !== undefined) return socket.end(`HTTP/1.1 ${refused} Refused\r\n\r\n`);
    pipeTo(socket, target, () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'));
  });
  return listen(server, requestedTargets);
};

interface SocksProxyOptions {
  readonly target: number;
  /** 'user:password'. */
  readonly login?: string;
  /** Reply code instead of a connection; RFC 1928 §6. */
  readonly reply?: number;
  /** Sends one byte at a time. */
  readonly drips?: boolean;
}

/** A SOCKS5 proxy for IPv4, IPv6 and names. */
export const socksProxy = (options: SocksProxyOptions): Promise<LoopbackProxy> => {
  const requestedTargets: string[] = [];
  const server = createServer((socket) => {
    void speakSocks(socket, options, requestedTargets).catch(() => socket.destroy());
  });
  return listen(server, requestedTargets);
};

const speakSocks = async (
  socket: Socket,
  options: SocksProxyOptions,
  requestedTargets: string[],
): Promise<void> => {
  const { login, reply = 0, drips = false, target } = options;
  const send = async (...bytes: readonly number[]): Promise<void> => {
    for (const part of drips ? bytes.map((byte) => [byte]) : [bytes]) {
      socket.write(Buffer.from(part));
      if (drips) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const read = async (length: number): Promise<Buffer> => {
    let received = Buffer.alloc(0);
    while (received.length < length) {
      const more: Buffer | null = socket.read();
      if (more === null) await new Promise((resolve) => socket.once('readable', resolve));
      else received = Buffer.concat([received, more]);
    }
    socket.unshift(received.subarray(length));
    return received.subarray(0, length);
  };
  const [, methods = 0] = await read(2);
  const offered = [...(await read(methods))];
  if (login !== undefined && !offered.includes(2)) return void (await send(5, 0xff));
  await send(5, login === undefined ? 0 : 2);
  if (login !== undefined) {
    const user = (await read((await read(2))[1] ?? 0)).toString();
    const password = (await read((await read(1))[0] ?? 0)).toString();
    await send(1, `${user}:${password}` === login ? 0 : 1);
  }
  const [, , , type] = await read(4);
  const host =
    type === 1
      ? [...(await read(4))].join('.')
      : type === 4
        ? (await read(16)).toString('hex')
        : (await read((await read(1))[0] ?? 0)).toString();
  requestedTargets.push(`${host}:${(await read(2)).readUInt16BE()}`);
  if (reply !== 0) return void (await send(5, reply, 0, 1, 0, 0, 0, 0, 0, 0));
  await send(5, 0, 0, 1, 0, 0, 0, 0, 0, 0);
  pipeTo(socket, target, () => {});
};
