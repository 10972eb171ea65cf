import type { ServerResponse } from 'node:http';
import type { Feed } from '../../../src/sources/kit/contract/source.ts';
import { empty, type Fixture, type Handler, openFixture, until } from './fixture.ts';
import { listOf, type Raw } from './objects.ts';

/** A watch, as seen by the server. */
export interface Watch {
  /** The requested resource version. */
  readonly from: string;
  send(type: string, object: Raw): void;
  write(text: string): void;
  /** The server ends it regularly. */
  end(): void;
  /** The connection is lost. */
  cut(): void;
  isOpen(): boolean;
}

const watchOf = (url: URL, response: ServerResponse): Watch => {
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  return {
    from: url.searchParams.get('resourceVersion') ?? '',
    send: (type, object) => void response.write(`${JSON.stringify({ type, object })}\n`),
    write: (text) => void response.write(text),
    end: () => void response.end(),
    cut: () => void response.destroy(),
    isOpen: () => !response.destroyed && !response.writableEnded,
  };
};

/** Pods followed by a watch. */
export interface WatchFixture extends AsyncDisposable {
  readonly fixture: Fixture;
  readonly watches: readonly Watch[];
  readonly feed: Feed;
  readonly lists: () => readonly string[];
  wakes(): number;
  /** Resolves once this many watches have been opened. */
  watched(count: number): Promise<void>;
  /** Resolves once the engine has been notified again. */
  woken(): Promise<void>;
  read(): ReturnType<Feed['read']>;
  /** Reads after the pause that follows a watch that ended at once. */
  readLater(): ReturnType<Feed['read']>;
  stop(): void;
}

/** Follows pods; `lists` answers all requests except watches. */
export const openWatch = async (
  pods: Handler,
  config: Readonly<Record<string, unknown>> = {},
): Promise<WatchFixture> => {
  const watches: Watch[] = [];
  const fixture = await openFixture(
    (url, response, request) => {
      if (url.pathname.includes('/metrics.k8s.io/') || !url.pathname.endsWith('/pods'))
        return empty(url, response, request);
      if (url.searchParams.get('watch') !== '1') return pods(url, response, request);
      watches.push(watchOf(url, response));
      return undefined;
    },
    { facts: ['pods'], ...config },
  );
  const feed = fixture.feed('pods');
  let wakes = 0;
  const stop = feed.watch?.(() => {
    wakes++;
  });
  const read = async (): ReturnType<Feed['read']> => {
    const reading = await feed.read(new AbortController().signal);
    // Data received meanwhile is processed before the next reading.
    await new Promise<void>((resolve) => setImmediate(resolve));
    return reading;
  };
  return {
    fixture,
    watches,
    feed,
    lists: () => fixture.server.asked.filter((text) => text.includes('/pods?') && !text.includes('watch=1')),
    wakes: () => wakes,
    watched: (count) => until(() => watches.length >= count),
    woken: async () => {
      const before = wakes;
      await until(() => wakes > before);
    },
    read,
    readLater: async () => {
      await fixture.clock.advance(1000);
      return read();
    },
    stop: () => stop?.(),
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  };
};

/** The names of the pods among rows. */
export const names = ({ items }: Awaited<ReturnType<Feed['read']>>): readonly string[] =>
  items.flatMap((item) => ('name' in item && 'kind' in item && item.kind === 'pod' ? [item.name] : []));

export const whole =
  (...items: readonly Raw[]): Handler =>
  () => ({ body: listOf(items) });
