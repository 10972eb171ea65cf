import { Socket } from 'node:net';
import type { Agent, buildConnector } from 'undici';
import type { Dial } from './dial.ts';
import { type Dialler, openDialler, originOf } from './dial-connector.ts';
import type { HttpRequest } from './http-messages.ts';
import { throughProxy } from './through-proxy.ts';
import { tlsConnectOptions } from './tls-options.ts';

type Undici = typeof import('./undici.ts');
type Connector = ReturnType<typeof buildConnector>;

/** A connect that takes longer has met a black hole; most deadlines end it sooner. */
const connectTimeoutMs = 10_000;
const keepAliveMs = 30_000;

/** What of a request decides how its connection is opened. */
type Route = Pick<HttpRequest, 'tls' | 'socketPath' | 'proxy'>;

/** The connections of one io: one agent, or one per set of TLS options, per Unix socket and per proxy. */
export interface Agents {
  agent(route: Route): Agent;
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
  const plain = dial && openDialler(dial);
  /** By proxy, and by whom it is trusted. */
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
        callback(...result);
      });
      if (!settled && socket instanceof Socket) connecting.set(socket, originOf(options));
    };

  const straight = ({ tls, socketPath }: Route): Connector =>
    undici.buildConnector({
      timeout: connectTimeoutMs,
      allowH2: false,
      ...(socketPath === undefined ? {} : { socketPath }),
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
        ...(tls === undefined ? {} : { tls }),
        ...(socketPath === undefined ? {} : { socketPath }),
        ...(proxy === undefined ? {} : { proxy }),
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
