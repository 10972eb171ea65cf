import type { ReadIo } from '../../doors/io.ts';
import { identityFault } from '../kit/contract/identity.ts';
import type { Source, SourceOptions } from '../kit/contract/source.ts';
import { openPagerdutyClient } from './client.ts';
import type { PagerdutyConfig } from './config.ts';
import { diagnosePagerduty } from './doctor.ts';
import { eventOperations } from './event-operations.ts';
import { incidentChanges, incidentsFeed, listFeeds, onCallFeed, signalReads } from './feeds.ts';
import { pagerdutyFingerprint } from './fingerprint.ts';
import { incidentOperations } from './operations.ts';
import { readingOperations } from './reading-operations.ts';

/** Opens one source. Contacts nothing yet. */
export const openPagerduty = (
  { id, config, signals }: SourceOptions<PagerdutyConfig>,
  io: ReadIo,
): Source => {
  const client = openPagerdutyClient(id, config, io);
  const { identity } = config;
  const reads = signalReads(signals);
  return {
    id,
    feeds: [incidentsFeed(client, reads), onCallFeed(client, reads), ...listFeeds(client)],
    operations: [...incidentOperations, ...eventOperations, ...readingOperations].map((operationDefinition) =>
      operationDefinition.open(client),
    ),
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(client.api.endpoint, identity, client.api.wallNow, signal) }),
    fingerprint: (signal) => pagerdutyFingerprint(client, signal),
    doctor: (signal) => diagnosePagerduty(client, signal),
    recentChanges: incidentChanges(client),
    close: () => io.close(),
  };
};
