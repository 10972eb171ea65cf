import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FeedState } from '../../../src/domain/facts/reading.ts';
import type { Profile } from '../../../src/domain/profile/profile.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { openStateTransport } from '../../../src/doors/state-transport.ts';
import { type Engine, openEngine } from '../../../src/engine/engine.ts';
import type { StateLogin } from '../../../src/persistence/team/database/address.ts';
import { createTeamState } from '../../../src/persistence/team-state.ts';
import { type Clock, systemClock } from '../../../src/platform/runtime/clock.ts';
import { chance } from '../../../src/platform/runtime/random.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { prometheusConfig } from '../../../src/sources/prometheus/config.ts';
import { prometheus } from '../../../src/sources/prometheus/index.ts';

/** A Prometheus that counts its queries. */
export interface CountedPrometheus extends AsyncDisposable {
  readonly url: string;
  /** Queries since the start. */
  queries(): number;
  /** The status of its responses from now on; 0: it never answers. */
  answer(status: number): void;
  /** The value of the series; undefined: a new one in each response. */
  value: number | undefined;
}

/** Starts a server with one query result and no alerts. */
export const openCountedPrometheus = async (): Promise<CountedPrometheus> => {
  let queries = 0;
  let status = 200;
  const server = createServer((request, response) => {
    queries += 1;
    if (status === 0) return;
    const time = Date.now() / 1000;
    const result = [{ metric: { instance: 'a' }, value: [time, String(made.value ?? queries)] }];
    const data = request.url?.startsWith('/api/v1/alerts')
      ? { alerts: [] }
      : { resultType: 'vector', result };
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(status === 200 ? { status: 'success', data } : { status: 'error', error: 'no' }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made: CountedPrometheus = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    queries: () => queries,
    answer: (next) => {
      status = next;
    },
    value: undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return made;
};

/** Settings that distinguish one process of the team. */
export interface ReadingCockpitOptions {
  readonly login: StateLogin;
  readonly stateDir: string;
  readonly user: string;
  readonly url: string;
  readonly everyMs?: number;
  readonly version?: string;
  readonly bearer?: string;
  readonly withCredentials?: boolean;
  /** False: it polls by itself. */
  readonly isSharing?: boolean;
}

const position = { file: 'shop.yaml', line: 1, col: 1 };

const profileOf = ({ url, everyMs = 1000, bearer }: ReadingCockpitOptions): Profile => ({
  ...{ system: 'shop', env: 'production', title: 'Shop', tier: 'local', file: 'shop.yaml', across: [] },
  sources: [
    {
      ...{ id: 'prom', type: 'prometheus', position },
      config: {
        ...prometheusConfig.parse({
          url,
          alerts: false,
          ...(bearer === undefined ? {} : { auth: { bearer } }),
        }),
        ...{ every: everyMs, timeout: 1000 },
      },
    },
  ],
  signals: [
    {
      ...{
        id: 'orders',
        title: 'Orders',
        source: 'prom',
        read: { query: 'orders' },
        unit: '',
        threshold: {},
      },
      ...{ covers: [], position },
    },
  ],
  ...{ limits: {}, logViews: [], runbooks: [], contacts: [], links: [] },
  guard: { readOnly: false, armMs: 0, cancelWindowMs: 0, typed: 'destructive' },
});

/** The feed that all of them read. */
export const feedOf = ({ facts }: Engine): FeedState => {
  const feed = facts.getState().feeds['prom/query:orders'];
  if (feed === undefined) throw new Error('the feed is not open');
  return feed;
};

/** One process of a team, without a screen: an engine over the state database. */
export const openReadingCockpit = async (options: ReadingCockpitOptions) => {
  const { login, stateDir, user, version = '1.0.0', withCredentials = false, isSharing = true } = options;
  const clock: Clock = systemClock();
  const state = await createTeamState({
    ...{ login, leaseMs: 30_000, stateDir, mask: (text: string) => text, clock },
    transport: openStateTransport(clock),
    ...(isSharing
      ? {
          readings: {
            reader: { user, host: `${user}-desk` },
            ...{ version, withCredentials, network: 'desk', random: chance },
          },
        }
      : {}),
  });
  const engine = await openEngine(profileOf(options), {
    modules: [prometheus as SourceModule],
    ...{ clock, random: chance, memory: true, openIo: openReadIo },
    ...(state.readings === undefined ? {} : { readings: state.readings }),
  });
  return {
    engine,
    clock,
    close: async (): Promise<void> => {
      await engine.close();
      await state.close();
    },
  };
};
