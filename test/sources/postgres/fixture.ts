import type { ActEvent, Plan } from '../../../src/domain/runbooks/operation.ts';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { Feed, Operation, SignalRequest, Source } from '../../../src/sources/kit/contract/source.ts';
import { postgres } from '../../../src/sources/postgres/index.ts';
import { blockedDatabase } from '../../contract/rigs/postgres-simulator.ts';
import { secret } from '../../contract/wired.ts';
import { type ManualClock, manualClock } from '../../support/manual-clock.ts';

/** A source for the simulated server, in which a session that is idle in its transaction blocks two others. */
export interface Fixture extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly source: Source;
  /** The URL of the server, with a user and a database. */
  readonly url: string;
  feed(id: string): Feed;
  plan(name: string, params: Readonly<Record<string, unknown>>): Promise<Plan>;
  operation(name: string): Operation;
  /** Executes a plan; the clock advances while it checks the effect. */
  act(plan: Plan): Promise<readonly ActEvent[]>;
}

export const { signal: never } = new AbortController();

export const openFixture = async (
  signals: readonly SignalRequest[] = [],
  more: Readonly<Record<string, unknown>> = {},
  statements: readonly string[] = [],
): Promise<Fixture> => {
  const clock = manualClock();
  const server = await blockedDatabase(clock, '7300000000000000001', statements);
  const url = `postgres://opsdeck@127.0.0.1:${server.port}/shop`;
  const config = postgres.config.parse({ url, password: secret, ...more });
  const source = await postgres.open({ id: 'pg', env: 'test', config, signals }, openReadIo(clock));
  const change = openChangeIo(clock);
  const operation = (name: string): Operation => {
    const found = source.operations.find((other) => other.name === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
  };
  return {
    clock,
    source,
    url,
    operation,
    feed: (id) => {
      const found = source.feeds.find((feed) => feed.id === `pg/${id}`);
      if (found === undefined) throw new Error(`no feed ${id}`);
      return found;
    },
    plan: (name, params) =>
      operation(name).plan(postgres.operations[name]?.params.parse(params) ?? {}, never),
    act: async (plan) => {
      const events: ActEvent[] = [];
      let isOver = false;
      const acting = (async () => {
        for await (const event of operation(plan.use.replace('pg.', '')).act(plan, change, never))
          events.push(event);
      })().finally(() => {
        isOver = true;
      });
      while (!isOver) await clock.advance(100);
      await acting;
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await change.close();
      await server.close();
    },
  };
};

/** The output of an action: the result of each call, and every line. */
export const outputLines = (events: readonly ActEvent[]): readonly string[] =>
  events.flatMap((event) => {
    if (event.is === 'output') return [event.text];
    return event.is === 'answered' ? [`${event.ok ? 'ok' : 'not ok'}: ${event.status}`] : [];
  });
