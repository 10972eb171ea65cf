import type { Duplex } from 'node:stream';
import { openChangeIo } from '../../../src/doors/change-io.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import type { LogEvent, ResumePoint, Tail } from '../../../src/logs/reading/tail.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import type { Feed, Operation, Source } from '../../../src/sources/source.ts';
import type { Facts, TimelessFact } from '../../../src/testing/source-rig.ts';
import { moduleOf } from '../../contract/wired.ts';
import { until } from '../machine/until.ts';

/** The source under test on a real cluster, in real time. */
export interface OpenKube extends AsyncDisposable {
  readonly source: Source;
  read(feed: string): Promise<Facts>;
  /** Follows a feed as the engine does: it may be read whenever it wakes. Gives how often it has woken. */
  follow(feed: string): () => number;
  /** Reads until this holds for the rows, by their name, and gives them. */
  rows(
    feed: string,
    holds: (rows: ReadonlyMap<string, TimelessFact>) => boolean,
  ): Promise<readonly TimelessFact[]>;
  /** The lines that a reading operation shows; what it was answered where that is no success. */
  shown(operation: string, params: Readonly<Record<string, unknown>>): Promise<readonly string[]>;
  tail(of: string): Promise<Tail>;
  /** All events of a tail until it ends. */
  lines(of: string, from: ResumePoint): Promise<readonly LogEvent[]>;
}

const never = new AbortController().signal;
const patienceMs = 60_000;

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
    const found = source.feeds.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no feed ${name}`);
    return found;
  };
  const operationOf = (name: string): Operation => {
    const found = source.operations.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no operation ${name}`);
    return found;
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
      let found: readonly TimelessFact[] = [];
      await until(
        `the rows of ${name} are so`,
        async () => {
          found = (await read(name)).items.map((item) => ({ ...item }));
          return holds(new Map(found.map((row) => [String(row.name ?? row.title), row])));
        },
        patienceMs,
      );
      return found;
    },
    shown: async (name, params) => {
      const one = operationOf(name);
      const plan = await one.plan(params, never);
      const lines: string[] = [];
      for await (const event of one.act(plan, change, never)) {
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

/** What a connection is refused with, whether it fails to open or is closed again. */
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
