import { openReadIo } from '../../../src/doors/read-io.ts';
import type { Feed, SignalRequest, Source } from '../../../src/sources/kit/contract/source.ts';
import { prometheus } from '../../../src/sources/prometheus/index.ts';
import { type LocalServer, localServer } from '../../support/local-server.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

/** A Prometheus with responses defined by the test, and a source that reads it. */
export interface Fixture extends AsyncDisposable {
  readonly server: LocalServer;
  readonly clock: ManualClock;
  readonly source: Source;
  /** The queries in order. */
  readonly queries: string[];
  feed(name: string): Feed;
  read(name: string): ReturnType<Feed['read']>;
}

export type Reply = { readonly status?: number; readonly body: unknown };

/** Complete responses by path (`/api/v1/alerts`) or by query; other queries have no series. */
export const openFixture = async (
  reply: (path: string, query: string) => Reply | undefined,
  config: Readonly<Record<string, unknown>> = {},
  signals: readonly SignalRequest[] = [],
): Promise<Fixture> => {
  const clock = manualClock();
  const queries: string[] = [];
  const server = await localServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    let form = '';
    for await (const chunk of request) form += String(chunk);
    const query = url.searchParams.get('query') ?? new URLSearchParams(form).get('query') ?? '';
    if (query !== '') queries.push(query);
    const { status = 200, body } = reply(url.pathname, query) ?? { body: vector(clock.now()) };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const opening = { id: 'prom', env: 'test', signals };
  const source = await prometheus.open(
    { ...opening, config: prometheus.config.parse({ url: server.url, ...config }) },
    openReadIo(clock),
  );
  const feed = (name: string): Feed => {
    const found = source.feeds.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no feed ${name}`);
    return found;
  };
  return {
    server,
    clock,
    source,
    queries,
    feed,
    read: (name) => feed(name).read(new AbortController().signal),
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await server[Symbol.asyncDispose]();
    },
  };
};

type Labels = Readonly<Record<string, string>>;

/** A response with these series, evaluated at a time (ms). */
export const vector = (
  position: number,
  ...series: readonly (readonly [Labels, number | string])[]
): unknown => ({
  status: 'success',
  data: {
    resultType: 'vector',
    result: series.map(([metric, value]) => ({ metric, value: [position / 1000, String(value)] })),
  },
});
