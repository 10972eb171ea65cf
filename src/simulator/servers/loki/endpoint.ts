import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Millis } from '../../../domain/base/fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { fnv1a } from '../../model/spec/seeded-random.ts';
import type { RunningServer } from '../http/http-server.ts';
import { serve } from '../http/http-server.ts';
import type { ProtocolEndpoint, SimulatorContext } from '../http/simulator-context.ts';
import { lokiHandler, nanosecondsOf, streamsOf } from './api.ts';
import type { Collector } from './collector.ts';
import { createCollector } from './collector.ts';
import type { StreamLine } from './log-store.ts';
import { type LogQuery, LogqlError, type LogqlQuery, parseLogql } from './logql.ts';

/** Push interval for tail clients. */
const pulseMs = 200;
const defaultEntries = 100;

const refuse = (socket: Duplex, status: string, why: string): void => {
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(why)}\r\nConnection: close\r\n\r\n${why}`,
  );
};

/** Sends the last `limit` lines since `start`, then new lines. */
const serveTail = (
  { clock, collector }: { readonly clock: Clock; readonly collector: Collector },
  query: LogQuery,
  form: URLSearchParams,
  socket: WebSocket,
): void => {
  const store = collector.see();
  const start = BigInt(form.get('start') ?? nanosecondsOf(clock.now() - 3_600_000));
  const limit = Number(form.get('limit') ?? defaultEntries);
  let waiting: StreamLine[] = store.streams
    .flatMap(({ labels, lines }) => lines.map((line) => ({ ...line, labels })))
    .filter(({ ns, labels, text }) => ns >= start && query.selects(labels) && query.passes(text))
    .sort((a, b) => (a.ns < b.ns ? -1 : 1))
    .slice(-limit);
  const sendEntries = (): void => {
    if (waiting.length === 0) return;
    socket.send(JSON.stringify({ streams: streamsOf(waiting) }));
    waiting = [];
  };
  const deaf = store.follow((line) => {
    if (query.selects(line.labels) && query.passes(line.text)) waiting.push(line);
  });
  const still = clock.every(pulseMs, () => {
    // The model advances only when it is read.
    collector.see();
    sendEntries();
  });
  socket.once('close', () => {
    deaf();
    still();
  });
  sendEntries();
};

/** Serves `/loki/api/v1/tail` on a server's WebSockets; `close` closes all of them. */
export const serveTails = (clock: Clock, collector: Collector, server: Server): { close(): void } => {
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/loki/api/v1/tail') return refuse(socket, '404 Not Found', '404 page not found\n');
    let query: LogqlQuery;
    try {
      query = parseLogql(searchParams.get('query') ?? '');
    } catch (error) {
      if (!(error instanceof LogqlError)) throw error;
      return refuse(socket, '400 Bad Request', error.message);
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      opened.on('error', () => opened.terminate());
      if (query.is === 'metric') return opened.close(1011, 'only log selector is supported');
      serveTail({ clock, collector }, query, searchParams, opened);
    });
  });
  return {
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
};

/** Its age when it starts here. */
const registeredBeforeMs: Millis = 86_400_000;

/** Another server of the same system has registered at another time. */
const startSpreadMs: Millis = 600_000;

/** Serves the Loki of one environment only; `url` has no path. */
export const startLokiServer = async (view: SimulatorContext): Promise<RunningServer> => {
  const { clock } = view;
  const collector = createCollector(view);
  const { identity } = view.model.peekEnvironment(view.env);
  const registeredAt = clock.now() - registeredBeforeMs - (fnv1a(identity) % startSpreadMs);
  let tails: { close(): void } | undefined;
  const running = await serve(
    lokiHandler(clock, collector, { id: 'loki-0', registeredAt }),
    clock,
    (server) => {
      tails = serveTails(clock, collector, server);
    },
  );
  return {
    url: running.url,
    close: async () => {
      tails?.close();
      await running.close();
    },
  };
};

/** Starts the Loki that collects the logs of this environment's containers and hosts: `${world.loki}`. */
export const startLokiEndpoint = async (view: SimulatorContext): Promise<ProtocolEndpoint> => {
  const { url, close } = await startLokiServer(view);
  return { vars: { loki: url }, close };
};
