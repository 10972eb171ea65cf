import { Socket } from 'node:net';
import type { Agent, buildConnector } from 'undici';
import type { TlsOptions } from './io.ts';

type Undici = typeof import('./undici.ts');
type Connector = ReturnType<typeof buildConnector>;

/** A connect that takes longer has met a black hole; most deadlines end it sooner. */
const connectTimeoutMs = 10_000;
const keepAliveMs = 30_000;

/** The connections of one io: one agent, or one per set of TLS options. */
export interface Agents {
  agent(tls: TlsOptions | undefined): Agent;
  /** Ends sockets to this origin that still connect; called when nobody waits for them any more. */
  dropConnecting(origin: string): void;
  close(): Promise<void>;
}

/** Agents that know their connecting sockets, because undici lets those live on after their request was aborted. */
export const openAgents = (undici: Undici): Agents => {
  const agents = new Map<string, Agent>();
  const connecting = new Map<Socket, string>();

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

  const open = (tls: TlsOptions | undefined): Agent =>
    new undici.Agent({
      connect: tracked(
        undici.buildConnector({ timeout: connectTimeoutMs, allowH2: false, ...tlsConnectOptions(tls) }),
      ),
      allowH2: false,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
    });

  return {
    agent: (tls) => {
      const key = JSON.stringify(tls ?? {});
      const agent = agents.get(key) ?? open(tls);
      agents.set(key, agent);
      return agent;
    },
    dropConnecting: (origin) => {
      for (const [socket, to] of connecting) if (to === origin) socket.destroy();
    },
    close: async () => {
      for (const socket of connecting.keys()) socket.destroy();
      const open = [...agents.values()];
      agents.clear();
      await Promise.all(open.map((agent) => agent.destroy()));
    },
  };
};

const originOf = (to: { protocol: string; hostname: string; port: string }): string =>
  new URL(`${to.protocol}//${to.hostname}${to.port === '' ? '' : `:${to.port}`}`).origin;

/** TLS options in the words of Node's tls module. */
export const tlsConnectOptions = (tls: TlsOptions | undefined) => ({
  ...(tls?.ca === undefined ? {} : { ca: tls.ca }),
  ...(tls?.cert === undefined ? {} : { cert: tls.cert }),
  ...(tls?.key === undefined ? {} : { key: tls.key }),
  ...(tls?.serverName === undefined ? {} : { servername: tls.serverName }),
  ...(tls?.insecure === true ? { rejectUnauthorized: false } : {}),
});
