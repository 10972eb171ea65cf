import type { Sample } from '../../domain/facts.ts';
import type { LogView } from '../../domain/profile.ts';
import type { Batch } from '../../domain/reading.ts';
import type { ReadIo } from '../../doors/io.ts';
import { staleAfter } from '../connection.ts';
import { limitSeries } from '../endpoint.ts';
import { identityFault } from '../identity.ts';
import type { Feed, Opening, Source, WantedSignal } from '../source.ts';
import { measurePath, openClient } from './client.ts';
import type { Fold, LokiConfig } from './config.ts';
import { lokiReads } from './config.ts';
import { examine } from './doctor.ts';
import { countLines } from './logql.ts';
import type { Measured } from './parse.ts';
import type { LokiParts } from './parts.ts';
import { createPager } from './past.ts';
import { parseSelector, selectorText } from './selector.ts';
import { createTable, type Table } from './table.ts';
import { tailsOf } from './tails.ts';

type Read = Pick<Sample, 'labels' | 'value' | 'why'>;

/** What a query's answer says of a signal: a sample per series, or one of them all. Nothing matched: no value, never 0. */
const samplesOf = (measured: readonly Measured[], fold: Fold | undefined): readonly Read[] => {
  if (measured.length === 0) return [{ labels: {}, why: 'no lines match' }];
  return fold === undefined ? measured : [{ labels: {}, ...folded(measured, fold) }];
};

/** Of what is not known neither the whole is known. */
const folded = (measured: readonly Measured[], fold: Fold): Pick<Sample, 'value' | 'why'> => {
  const lost = measured.find(({ value }) => value === undefined);
  if (lost !== undefined) return { why: lost.why ?? 'a series has no number' };
  const values = measured.flatMap(({ value }) => value ?? []);
  const sum = values.reduce((all, one) => all + one, 0);
  switch (fold) {
    case 'sum':
      return { value: sum };
    case 'avg':
      return { value: sum / values.length };
    case 'min':
      return { value: values.reduce((least, one) => Math.min(least, one)) };
    case 'max':
      return { value: values.reduce((most, one) => Math.max(most, one)) };
    case 'count':
      return { value: values.length };
  }
};

/** More than Loki gives by itself: its own limit is 500 series. */
const mostSeries = 10_000;

/** A signal: a metric query, or how many lines a view shows, counted by Loki. */
const signalFeed = (parts: LokiParts, signal: WantedSignal, views: readonly LogView[]): Feed => {
  const { source, config, client } = parts;
  const read = lokiReads.parse(signal.read);
  const measure =
    'query' in read
      ? async (aborted: AbortSignal) => samplesOf(await client.measure(read.query, aborted), read.fold)
      : async (aborted: AbortSignal) => [{ labels: {}, ...(await countLines(parts, read, views, aborted)) }];
  const name = 'query' in read ? 'query' : 'lines';
  return {
    id: `${source}/${name}:${signal.id}`,
    source,
    name,
    kind: 'samples',
    signals: [signal.id],
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    read: async (aborted): Promise<Batch<Sample>> => {
      try {
        const samples = await measure(aborted);
        const stamp = { source, at: client.clock.now(), signal: signal.id };
        const remedy = 'aggregate in the query (sum by, topk) or give it a fold';
        const { kept, faults } = limitSeries(client.endpoint, signal.id, samples, mostSeries, remedy);
        return { items: kept.map((sample) => ({ ...stamp, ...sample })), faults };
      } catch (error) {
        return { items: [], faults: [client.fault(measurePath, error)] };
      }
    },
  };
};

export const openLoki = ({ id, config, signals, views = [] }: Opening<LokiConfig>, io: ReadIo): Source => {
  const client = openClient(id, config, io);
  const pager = createPager(client, config.page);
  const tables = new Map<string, Table>();
  const parts: LokiParts = {
    source: id,
    config,
    client,
    pager,
    books: new Map(),
    selected: parseSelector(config.query) ?? [],
    table: (matchers, names, filter) => {
      for (const [key, table] of tables) if (table.isEmpty()) tables.delete(key);
      const key = JSON.stringify([selectorText(matchers), names, filter]);
      const table = tables.get(key) ?? createTable({ client, pager, matchers, names, filter });
      tables.set(key, table);
      return table;
    },
  };
  const { identity } = config;
  return {
    id,
    feeds: signals.map((signal) => signalFeed(parts, signal, views)),
    operations: [],
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(client.endpoint, identity, client.wallNow, signal) }),
    doctor: (signal) => examine(parts, { signals, views }, signal),
    tails: (of, signal) => tailsOf(parts, of, signal),
    close: () => io.close(),
  };
};
