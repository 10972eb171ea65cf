import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Agent, buildConnector } from 'undici';
import { defined } from '../../domain/base/defined.ts';
import type { Dial } from './dial.ts';
import type { HttpRequest, TlsOptions } from './http-messages.ts';
import { tlsConnectOptions } from './http-messages.ts';
import { throughProxy } from './through-proxy.ts';

type UndiciConnector = ReturnType<typeof buildConnector>;
type Options = Parameters<UndiciConnector>[0];
type Ready = Parameters<Parameters<UndiciConnector>[1]>;

/** Opens undici's connections through a dial, with TLS inside where the URL requires it. */
interface Dialler {
  connector(tls: TlsOptions | undefined): UndiciConnector;
  /** True while a tunnel to an origin is being opened: no request has been sent to it yet. */
  dialling(origin: string): boolean;
  /** Cancels connections that are being opened to an origin; without one, all of them. */
  drop(origin?: string): void;
}

const portOf = ({ port, protocol }: Options): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

/** Returns the origin that undici connects to; undici has removed the brackets of an IPv6 address. */
const connectOrigin = ({ protocol, hostname, port }: Options): string => {
  const host = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
  return new URL(`${protocol}//${host}${port === '' ? '' : `:${port}`}`).origin;
};

/**
 * undici's type requires a Socket, but it uses only what every Duplex has, and checks for `ref`, `unref` and the
 * like.
 */
const asSocket = (wire: Duplex): NonNullable<Ready[1]> => wire as unknown as NonNullable<Ready[1]>;

/**
 * Reports a reset as an aborted connection. undici 8 takes ECONNRESET for the end of a body without a length: a truncated body
 * would count as complete, and if its request has been canceled meanwhile, an assertion ends the process.
 */
const resetIsAbort = <S extends Duplex>(wire: S): S => {
  wire.prependListener('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNRESET') error.code = 'ECONNABORTED';
  });
  return wire;
};

const secured = (
  wire: Duplex,
  { hostname, servername }: Options,
  tls: TlsOptions | undefined,
): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const inside = connectTls({
      socket: wire,
      servername: servername ?? hostname,
      ...tlsConnectOptions(tls),
    });
    inside.once('secureConnect', () => resolve(inside)).once('error', reject);
    wire
      .once('error', reject)
      .once('close', () => reject(new Error('the server closed the connection during the TLS handshake')));
  });

const openDialler = (dial: Dial): Dialler => {
  /** Connections being opened, and whether their dial is still pending. */
  const opening = new Map<AbortController, { readonly origin: string; dialling: boolean }>();

  const open = async (to: Options, tls: TlsOptions | undefined): Promise<Duplex> => {
    const stop = new AbortController();
    const pendingDial = { origin: connectOrigin(to), dialling: true };
    opening.set(stop, pendingDial);
    try {
      const wire = await dial({ host: to.hostname, port: portOf(to) }, stop.signal);
      pendingDial.dialling = false;
      stop.signal.addEventListener('abort', () => wire.destroy(), { once: true });
      return to.protocol === 'https:' ? await secured(wire, to, tls) : wire;
    } finally {
      opening.delete(stop);
    }
  };

  return {
    connector: (tls) => (to, callback) => {
      open(to, tls).then(
        (wire) => callback(null, asSocket(resetIsAbort(wire))),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      );
    },
    dialling: (origin) => [...opening.values()].some((entry) => entry.origin === origin && entry.dialling),
    drop: (origin) => {
      for (const [stop, entry] of opening)
        if (origin === undefined || entry.origin === origin)
          stop.abort(new DOMException('no longer needed', 'AbortError'));
    },
  };
};

type Undici = typeof import('./undici.ts');
type Connector = ReturnType<typeof buildConnector>;

/** Limit for one connect, in ms; most request deadlines end it earlier. */
const connectTimeoutMs = 10_000;
const keepAliveMs = 30_000;

/** The options of a request that determine its connection. */
type Route = Pick<HttpRequest, 'tls' | 'socketPath' | 'proxy'>;

/** The connections of one io: one agent per set of TLS options, Unix socket and proxy. */
export interface Agents {
  agent(route: Route): Agent;
  /** Closes sockets to this origin that are still connecting; called when no request waits for them. */
  dropConnecting(origin: string): void;
  /** True while a dial to this origin is pending: then the tunnel hangs, not its destination. */
  dialling(origin: string): boolean;
  close(): Promise<void>;
}

/**
 * Opens agents that track their connecting sockets: undici lets those continue after their request was aborted. With
 * `dial`, every connection goes through it.
 */
export const openAgents = (undici: Undici, dial?: Dial): Agents => {
  const agents = new Map<string, Agent>();
  const connecting = new Map<Socket, string>();
  const plain = dial && openDialler(dial);
  /** Diallers by proxy and by the TLS trust of that proxy. */
  const proxied = new Map<string, Dialler>();
  const diallerOf = ({ proxy, tls }: Route): Dialler | undefined => {
    if (proxy === undefined) return plain;
    const key = JSON.stringify([proxy, tls?.ca, tls?.insecure]);
    const dialler = proxied.get(key) ?? openDialler(throughProxy(proxy, dial, tls));
    proxied.set(key, dialler);
    return dialler;
  };
  const diallers = (): readonly Dialler[] => [...(plain === undefined ? [] : [plain]), ...proxied.values()];

  const tracked =
    (connector: Connector): Connector =>
    (options, callback) => {
      let settled = false;
      const socket: unknown = connector(options, (...result) => {
        settled = true;
        if (socket instanceof Socket) connecting.delete(socket);
        const [, connected] = result;
        if (connected instanceof Socket) resetIsAbort(connected);
        callback(...result);
      });
      if (!settled && socket instanceof Socket) connecting.set(socket, connectOrigin(options));
    };

  const straight = ({ tls, socketPath }: Route): Connector =>
    undici.buildConnector({
      timeout: connectTimeoutMs,
      allowH2: false,
      ...defined({ socketPath }),
      ...tlsConnectOptions(tls),
    });

  const open = (route: Route): Agent =>
    new undici.Agent({
      connect: diallerOf(route)?.connector(route.tls) ?? tracked(straight(route)),
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
    });

  return {
    agent: ({ tls, socketPath, proxy }) => {
      const route = {
        ...defined({ tls, socketPath, proxy }),
      };
      const key = JSON.stringify(route);
      const agent = agents.get(key) ?? open(route);
      agents.set(key, agent);
      return agent;
    },
    dropConnecting: (origin) => {
      for (const [socket, to] of connecting) if (to === origin) socket.destroy();
      for (const dialler of diallers()) dialler.drop(origin);
    },
    dialling: (origin) => diallers().some((dialler) => dialler.dialling(origin)),
    close: async () => {
      for (const socket of connecting.keys()) socket.destroy();
      for (const dialler of diallers()) dialler.drop();
      const open = [...agents.values()];
      agents.clear();
      await Promise.all(open.map((agent) => agent.destroy()));
    },
  };
};
