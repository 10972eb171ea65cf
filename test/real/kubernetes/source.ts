import type { Duplex } from 'node:stream';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { LogEvent, ResumePoint, Tail } from '../../../src/logs/reading/tail.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import type { Feed, Operation, Source } from '../../../src/sources/kit/contract/source.ts';
import type { Facts, TimelessFact } from '../../../src/testing/source-rig.ts';
import { moduleOf } from '../../contract/wired.ts';
import { until } from '../machine/until.ts';

/** The source under test on a real cluster, in real time. */
export interface OpenKube extends AsyncDisposable {
  readonly source: Source;
  read(feed: string): Promise<Facts>;
  /** Watches a feed like the engine; returns a function for the number of change notifications so far. */
  follow(feed: string): () => number;
  /** Reads until the condition holds for the rows by name, and returns the rows. */
  rows(
    feed: string,
    holds: (rows: ReadonlyMap<string, TimelessFact>) => boolean,
  ): Promise<readonly TimelessFact[]>;
  /** Output lines of a reading operation; after a failure also the status of the response. */
  shown(operation: string, params: Readonly<Record<string, unknown>>): Promise<readonly string[]>;
  tail(of: string): Promise<Tail>;
  /** All events of a tail until it ends. */
  lines(of: string, from: ResumePoint): Promise<readonly LogEvent[]>;
}

const never = new AbortController().signal;
const withinMs = 60_000;

export const openKube = async (
  kubeconfig: string,
  entry: Readonly<Record<string, unknown>>,
): Promise<OpenKube> => {
  const module = moduleOf('kubernetes');
  const config = module.config.parse({ kubeconfig, ...entry });
  const opening = { id: 'k8s', env: 'test', config, signals: [] };
  const clock = systemClock();
  const source = await module.open(opening, openReadIo(clock));
  const change = openChangeIo(clock);
  const feedOf = (name: string): Feed => {
    const feed = source.feeds.find((candidate) => candidate.name === name);
    if (feed === undefined) throw new Error(`no feed ${name}`);
    return feed;
  };
  const operationOf = (name: string): Operation => {
    const operation = source.operations.find((candidate) => candidate.name === name);
    if (operation === undefined) throw new Error(`no operation ${name}`);
    return operation;
  };
  const read = (name: string): Promise<Facts> => feedOf(name).read(never);
  const tail = async (of: string): Promise<Tail> => {
    const [first] = (await source.tails?.(of, never)) ?? [];
    if (first === undefined) throw new Error(`no tail of ${of}`);
    return first;
  };
  return {
    source,
    read,
    follow: (name) => {
      let wakes = 0;
      feedOf(name).watch?.(() => {
        wakes += 1;
      });
      return () => wakes;
    },
    rows: async (name, holds) => {
      let rows: readonly TimelessFact[] = [];
      await until(
        `the rows of ${name} satisfy the condition`,
        async () => {
          rows = (await read(name)).items.map((item) => ({ ...item }));
          return holds(new Map(rows.map((row) => [String(row.name ?? row.title), row])));
        },
        withinMs,
      );
      return rows;
    },
    shown: async (name, params) => {
      const operation = operationOf(name);
      const plan = await operation.plan(params, never);
      const lines: string[] = [];
      for await (const event of operation.act(plan, change, never)) {
        if (event.is === 'output') lines.push(event.text);
        if (event.is === 'answered' && !event.ok) lines.push(event.status);
      }
      return lines;
    },
    tail,
    lines: async (of, from) => {
      const events: LogEvent[] = [];
      for await (const event of (await tail(of)).open(from, never)) events.push(event);
      return events;
    },
    [Symbol.asyncDispose]: async () => {
      await source.close();
      await change.close();
    },
  };
};

/** The error of a refused connection that fails to open or is closed again. */
export const refusalOf = async (open: () => Promise<Duplex | undefined>): Promise<unknown> => {
  try {
    const wire = await open();
    return await new Promise((resolve) => {
      wire?.on('data', () => {});
      wire?.once('error', resolve).once('close', () => resolve('closed'));
    });
  } catch (error) {
    return error;
  }
};
