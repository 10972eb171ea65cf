import { Socket } from 'node:net';
import type { Agent, buildConnector } from 'undici';
import type { Dial } from './dial.ts';
import { openDialler } from './dial-connector.ts';
import type { TlsOptions } from './http-messages.ts';
import { tlsConnectOptions } from './tls-options.ts';

type Undici = typeof import('./undici.ts');
type Connector = ReturnType<typeof buildConnector>;

/** A connect that takes longer has met a black hole; most deadlines end it sooner. */
const connectTimeoutMs = 10_000;
const keepAliveMs = 30_000;

/** The connections of one io: one agent, or one per set of TLS options and per Unix socket. */
export interface Agents {
  agent(tls: TlsOptions | undefined, socketPath?: string): Agent;
  /** Ends sockets to this origin that still connect; called when nobody waits for them any more. */
  dropConnecting(origin: string): void;
  /** True while a dial to this origin has not answered: what hangs is the way, not who lives at its end. */
  dialling(origin: string): boolean;
  close(): Promise<void>;
}

/**
 * Agents that know their connecting sockets, because undici lets those live on after their request was aborted. With
 * `dial` every connection is opened by it.
 */
export const openAgents = (undici: Undici, dial?: Dial): Agents => {
  const agents = new Map<string, Agent>();
  const connecting = new Map<Socket, string>();
  const dialler = dial && openDialler(dial);

  const tracked =
    (connector: Connector): Connector =>
    (options, callback) => {
      let settled = false;
      const socket: unknown = connector(options, (...result) => {
        settled = true;
        if (socket instanceof Socket) connecting.delete(socket);
        callback(...result);
      });
      if (!settled && socket instanceof Socket) connecting.set(socket, originOf(options));
    };

  const straight = (tls: TlsOptions | undefined, socketPath: string | undefined): Connector =>
    undici.buildConnector({
      timeout: connectTimeoutMs,
      allowH2: false,
      ...(socketPath === undefined ? {} : { socketPath }),
      ...tlsConnectOptions(tls),
    });

  const open = (tls: TlsOptions | undefined, socketPath: string | undefined): Agent =>
    new undici.Agent({
      connect: dialler?.connector(tls) ?? tracked(straight(tls, socketPath)),
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
    });

  return {
    agent: (tls, socketPath) => {
      const key = JSON.stringify([tls ?? {}, socketPath]);
      const agent = agents.get(key) ?? open(tls, socketPath);
      agents.set(key, agent);
      return agent;
    },
    dropConnecting: (origin) => {
      for (const [socket, to] of connecting) if (to === origin) socket.destroy();
      dialler?.drop(origin);
    },
    dialling: (origin) => dialler?.dialling(origin) === true,
    close: async () => {
      for (const socket of connecting.keys()) socket.destroy();
      dialler?.drop();
      const open = [...agents.values()];
      agents.clear();
      await Promise.all(open.map((agent) => agent.destroy()));
    },
  };
};

const originOf = (to: { protocol: string; hostname: string; port: string }): string =>
  new URL(`${to.protocol}//${to.hostname}${to.port === '' ? '' : `:${to.port}`}`).origin;
