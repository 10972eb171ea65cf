import type { ReadIo } from '../../doors/io.ts';
import type { Opening, Source } from '../source.ts';
import { openClient, type PostgresParts } from './client.ts';
import type { PostgresConfig } from './config.ts';
import { examine } from './doctor.ts';
import { healthFeed } from './health-feed.ts';
import { identityFault } from './identity.ts';
import { noteFeeds } from './note-feeds.ts';
import { postgresOperations } from './operations.ts';
import { poolsFeed } from './pools-feed.ts';
import { sessionsFeed } from './sessions-feed.ts';
import { sqlFeeds } from './sql-feed.ts';

/** Opens one source; contacts nothing yet. */
export const openPostgres = (opening: Opening<PostgresConfig>, io: ReadIo): Source => {
  const client = openClient(opening, io);
  const { identity } = opening.config;
  const { files, disk } = io;
  const parts: PostgresParts = { source: opening.id, client, files, disk, dir: opening.dir ?? process.cwd() };
  return {
    id: opening.id,
    feeds: [
      healthFeed(client),
      sessionsFeed(client),
      poolsFeed(client, opening.signals),
      ...sqlFeeds(client, opening.signals),
      ...noteFeeds(client),
    ],
    operations: postgresOperations.map((one) => one.open(parts)),
    ...(identity === undefined ? {} : { identify: (signal) => identityFault(client, identity, signal) }),
    doctor: (signal) => examine(client, signal),
    close: () => io.close(),
  };
};
