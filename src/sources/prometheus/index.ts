import type { FactKind } from '../../domain/facts.ts';
import type { ReadIo } from '../../doors/io.ts';
import { identityFault } from '../identity.ts';
import type { Opening, Source, SourceModule } from '../source.ts';
import { throughFirst } from '../through.ts';
import { entries, field } from '../wire-value.ts';
import { alertsFeed } from './alerts.ts';
import { openClient } from './client.ts';
import { type PrometheusConfig, prometheusConfig, prometheusReads } from './config.ts';
import { detailFeeds } from './detail-feeds.ts';
import { examine } from './doctor.ts';
import { factFeed } from './fact-feed.ts';
import { factSpecs } from './fact-specs.ts';
import type { FeedParts } from './feed.ts';
import { queryFeed } from './query-feed.ts';

/** A Prometheus (or what speaks its API): queries, its alerts, and facts made of well-known series that it has scraped. */
export const prometheus: SourceModule<PrometheusConfig> = {
  type: 'prometheus',
  title: 'Prometheus',
  config: prometheusConfig,
  reads: prometheusReads,
  feedNames: ['query', 'alerts', 'breakers', 'pools', 'lag', 'workloads', 'targets', 'rules'],
  operations: {},
  gives: (config) => ({ kinds: kindsOf(config) }),
  address: { url: 'http://via' },
  through: throughFirst,
  open: async (opening, io) => openPrometheus(opening, io),
};

const factKinds = ['breakers', 'pools', 'lag', 'workloads'] as const;

const kindsOf = (config: unknown): readonly FactKind[] => {
  const wanted = entries(field(config, 'facts')).map(([name]) => name);
  return [
    ...(field(config, 'alerts') === false ? [] : (['alerts'] as const)),
    ...factKinds.filter((kind) => wanted.includes(kind)),
  ];
};

const openPrometheus = ({ id, config, signals }: Opening<PrometheusConfig>, io: ReadIo): Source => {
  const client = openClient(id, config, io);
  const parts: FeedParts = { source: id, config, client };
  const { identity } = config;
  return {
    id,
    feeds: [
      ...signals.map((signal) => queryFeed(parts, signal)),
      ...(config.alerts ? [alertsFeed(parts)] : []),
      ...factSpecs(config).map((spec) => factFeed(parts, spec)),
      ...detailFeeds(parts),
    ],
    operations: [],
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(client.endpoint, identity, client.wallNow, signal) }),
    doctor: (signal) => examine(parts, signals, signal),
    close: () => io.close(),
  };
};
