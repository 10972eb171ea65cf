import type { ReadIo } from '../../doors/io.ts';
import { identityFault } from '../identity.ts';
import type { Opening, Source } from '../source.ts';
import { openClient } from './client.ts';
import type { LokiConfig } from './config.ts';
import { examine } from './doctor.ts';
import type { LokiParts } from './parts.ts';
import { createPager } from './past.ts';
import { parseSelector, selectorText } from './selector.ts';
import { signalFeed } from './signal-feed.ts';
import { createTable, type Table } from './table.ts';
import { tailsOf } from './tails.ts';

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
