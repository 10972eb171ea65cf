import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { LogView } from '../../../src/domain/profile/profile.ts';
import type { LogEvent, ResumePoint, Tail } from '../../../src/logs/reading/tail.ts';
import type { SystemClock } from '../../../src/platform/runtime/clock.ts';
import {
  type ParsedRequest,
  type ServerReply,
  serve,
} from '../../../src/simulator/servers/http/http-server.ts';
import { lokiHandler } from '../../../src/simulator/servers/loki/api.ts';
import { serveTails } from '../../../src/simulator/servers/loki/endpoint.ts';
import { LogStore } from '../../../src/simulator/servers/loki/log-store.ts';
import type { SignalRequest, Source } from '../../../src/sources/kit/contract/source.ts';
import { loki } from '../../../src/sources/loki/index.ts';
import { openSimulation } from '../../simulation/simulation.ts';

const never = new AbortController().signal;

/**
 * A source for a simulated Loki whose lines are written by the test; the simulated time advances when nothing is
 * pending.
 */
export interface Fixture extends AsyncDisposable {
  readonly store: LogStore;
  readonly source: Source;
  readonly clock: SystemClock;
  /** All HTTP queries. */
  readonly asked: readonly ParsedRequest[];
  /** The headers of every query and every socket. */
  readonly headers: readonly IncomingHttpHeaders[];
  /** Number of opened sockets. */
  sockets(): number;
  /** Cuts every open socket. */
  cut(): void;
  tails(of?: string): Promise<readonly Tail[]>;
}

interface How {
  readonly config?: object;
  readonly signals?: readonly SignalRequest[];
  readonly views?: readonly LogView[];
  /** A response instead of Loki's own. */
  readonly instead?: (ask: ParsedRequest) => ServerReply | undefined;
  readonly noSocket?: boolean;
}

export const openFixture = async ({
  config = {},
  signals = [],
  views = [],
  instead,
  noSocket = false,
}: How = {}): Promise<Fixture> => {
  const simulation = openSimulation();
  const { clock, serverClock } = simulation;
  const store = new LogStore();
  const collector = { see: () => store };
  const handler = lokiHandler(serverClock, collector);
  const parsedRequests: ParsedRequest[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const open = new Set<Duplex>();
  let opened = 0;
  const running = await serve(
    (ask) => {
      parsedRequests.push(ask);
      return instead?.(ask) ?? handler(ask);
    },
    serverClock,
    (server) => {
      server.on('request', (request) => void headers.push(request.headers));
      if (noSocket) return;
      serveTails(serverClock, collector, server);
      server.on('upgrade', (request, socket) => {
        headers.push(request.headers);
        opened += 1;
        open.add(socket);
        socket.once('close', () => open.delete(socket));
      });
    },
  );
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  const written = { url: running.url, query: '{namespace="shop"}', ...config };
  const opening = { id: 'loki', env: 'test', config: loki.config.parse(written), signals, views };
  const source = await loki.open(opening, simulation.platform.openIo());
  let isOpen = true;
  const passing = (async () => {
    while (isOpen) await simulation.step();
  })();
  return {
    store,
    source,
    clock,
    asked: parsedRequests,
    headers,
    sockets: () => opened,
    cut,
    tails: async (of) => (await source.tails?.(of, never)) ?? [],
    [Symbol.asyncDispose]: async () => {
      await source.close();
      cut();
      await running.close();
      isOpen = false;
      await passing;
      await simulation[Symbol.asyncDispose]();
    },
  };
};

export const labelsOf = (app: string, pod: string) => ({ namespace: 'shop', app, pod });

/** All events of a tail that does not follow. */
export const allOf = (
  tail: Tail | undefined,
  from: Partial<ResumePoint> = {},
): Promise<readonly LogEvent[]> => until(tail, { follow: false, ...from }, () => false);

export const textsOf = (events: readonly LogEvent[]): readonly string[] =>
  events.flatMap((event) => (event.is === 'line' ? [event.text] : []));

/** The events up to a matching one. */
export const until = async (
  tail: Tail | undefined,
  from: Partial<ResumePoint>,
  isLast: (event: LogEvent, seen: readonly LogEvent[]) => boolean,
): Promise<readonly LogEvent[]> => {
  const stop = new AbortController();
  const seen: LogEvent[] = [];
  for await (const event of tail?.open({ follow: true, ...from }, stop.signal) ?? []) {
    seen.push(event);
    if (isLast(event, seen)) break;
  }
  stop.abort();
  return seen;
};
