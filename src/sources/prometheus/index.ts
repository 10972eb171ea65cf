import type { FactKind, Sample } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import { RemediedError } from '../../platform/fault.ts';
import { throughFirst } from '../connection.ts';
import { identityFault } from '../identity.ts';
import type { Feed, Opening, Source, SourceModule, WantedSignal } from '../source.ts';
import { entries, field, list, momentOf, summaryOf, textsOf } from '../wire-value.ts';
import { openClient } from './client.ts';
import type { Fold } from './config.ts';
import { type PrometheusConfig, prometheusConfig, prometheusReads } from './config.ts';
import { detailFeeds } from './detail-feeds.ts';
import { examine } from './doctor.ts';
import { factFeed } from './fact-feed.ts';
import { factSpecs } from './fact-specs.ts';
import type { FeedParts } from './feed.ts';
import { feedOf, warningFaults } from './feed.ts';
import type { Instant, Series } from './parse.ts';

type Read = Pick<Sample, 'labels' | 'value' | 'why'>;

/** What a query's answer says of a signal: a sample per series, or one of them all. Nothing matched: no value, never 0. */
export const samplesOf = (answer: Instant, fold: Fold | undefined): readonly Read[] => {
  if (answer.word !== undefined) return [{ labels: {}, value: answer.word }];
  if (answer.series.length === 0) return [{ labels: {}, why: 'no series match' }];
  return fold === undefined ? answer.series : [{ labels: {}, ...folded(answer.series, fold) }];
};

/** A sum or a mean with a part that is not known is not known either; the least, the greatest and the count are of those that are. */
const folded = (series: readonly Series[], fold: Fold): Pick<Sample, 'value' | 'why'> => {
  const known = series.flatMap(({ value }) => value ?? []);
  const lost = series.find(({ value }) => value === undefined);
  const whole = fold === 'sum' || fold === 'avg';
  if (lost !== undefined && (whole || known.length === 0))
    return { why: `${series.length - known.length} of ${series.length} series: ${lost.why ?? 'no number'}` };
  switch (fold) {
    case 'sum':
      return { value: sum(known) };
    case 'avg':
      return { value: sum(known) / known.length };
    case 'min':
      return { value: known.reduce((least, one) => Math.min(least, one)) };
    case 'max':
      return { value: known.reduce((most, one) => Math.max(most, one)) };
    case 'count':
      return { value: known.length };
  }
};

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);

/** A row each: what a table can hold and history can keep. Fifty thousand took a gigabyte. */
const mostRows = 20_000;

/** A signal of more series than are shown: the cut is announced. */
const cutFaults = ({ client }: FeedParts, id: string, { series, left = 0 }: Instant): readonly Fault[] =>
  left === 0
    ? []
    : [
        client.fault(
          '/api/v1/query',
          new RemediedError(
            'unconfigured',
            `${id} reads ${series.length + left} series, of which the first ${series.length} are shown`,
            'narrow the query by labels, aggregate it (sum by …, topk), or give the signal a fold',
          ),
        ),
      ];

/**
 * A signal's query, evaluated now: a sample per series, of at most 20,000. Faults: those of the call, what the answer says it lacks, and
 * `unconfigured` for a signal of too many series. A fold is of all of them.
 */
const queryFeed = (parts: FeedParts, signal: WantedSignal): Feed => {
  const { source, client } = parts;
  const { query, fold } = prometheusReads.parse(signal.read);
  const words = { name: 'query', kind: 'samples', part: signal.id, signals: [signal.id] } as const;
  return feedOf(parts, words, async (aborted): Promise<Batch<Sample>> => {
    try {
      const answer = await client.query(
        query,
        aborted,
        fold === undefined ? { most: mostRows } : { hasLabels: false },
      );
      const stamp = { source, at: client.now(), signal: signal.id };
      return {
        items: samplesOf(answer.value, fold).map((read) => ({ ...stamp, ...read })),
        faults: [...warningFaults(client, answer.warnings), ...cutFaults(parts, signal.id, answer.value)],
      };
    } catch (error) {
      return { items: [], faults: [client.queryFault(query, error)] };
    }
  });
};

const path = '/api/v1/alerts';

/** The alerts that Prometheus itself holds: firing, and pending those whose `for` has not passed. Silences are Alertmanager's. */
const alertsFeed = (parts: FeedParts): Feed => {
  const { source, client, config } = parts;
  return feedOf(parts, { name: 'alerts', kind: 'alerts' }, async (signal): Promise<Batch<Alert>> => {
    try {
      const { value, warnings } = await client.read(path, signal);
      const stamp = { source, at: client.now() };
      const items = parseAlerts(value, config.severity).map(({ activeAt, ...alert }) => ({
        ...stamp,
        ...alert,
        ...(activeAt === undefined ? {} : { since: client.toClock(activeAt) }),
      }));
      return { items, faults: warningFaults(client, warnings) };
    } catch (error) {
      return { items: [], faults: [client.fault(path, error)] };
    }
  });
};

type ReadAlert = Omit<Alert, 'source' | 'at' | 'since'> & {
  /** Ms since the epoch by the server's clock. */
  readonly activeAt?: number;
};

/** The `data` of the alerts page. An alert in a state that nobody knows is told as firing: it is there. */
const parseAlerts = (data: unknown, severity: string): readonly ReadAlert[] =>
  list(field(data, 'alerts')).map((alert) => {
    const { alertname = '', ...labels } = textsOf(field(alert, 'labels'));
    const activeAt = momentOf(field(alert, 'activeAt'));
    return {
      name: alertname,
      severity: labels[severity] ?? '',
      state: field(alert, 'state') === 'pending' ? 'pending' : 'firing',
      labels,
      summary: summaryOf(field(alert, 'annotations')),
      ...(activeAt === undefined ? {} : { activeAt }),
    };
  });

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
