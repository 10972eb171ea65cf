import { detailFeed } from '../kit/contract/client-feed.ts';
import type { Feed } from '../kit/contract/source.ts';
import type { MongoClient } from './client.ts';
import { databaseRows, indexRows, sizeRows } from './collection-rows.ts';
import type { ReadTable } from './detail-rows.ts';
import { loadRows, replicationRows, settingRows, slowRows } from './server-rows.ts';

/** Detail tables by name. D DB sessions shows statements, sizes, settings and replication. */
const detailTables: Readonly<Record<string, ReadTable>> = {
  statements: slowRows,
  sizes: sizeRows,
  indexes: indexRows,
  replication: replicationRows,
  settings: settingRows,
  load: loadRows,
  databases: databaseRows,
};

/** Requests of a reading; those per collection are not known in advance. */
const requestsOf: Readonly<Record<string, number>> = {
  statements: 2,
  sizes: 3,
  indexes: 3,
  replication: 4,
  settings: 6,
};

/** Detail feeds for troubleshooting; read on demand, or every `slow.every`. */
export const mongoDetailFeeds = (client: MongoClient): readonly Feed[] =>
  Object.entries(detailTables).map(([name, rowsOf]) =>
    detailFeed(client, name, (signal) => rowsOf(client, signal), requestsOf[name]),
  );
