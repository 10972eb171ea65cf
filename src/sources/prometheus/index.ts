import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import { sum } from '../../domain/base/sums.ts';
import type { FactKind, Sample } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { Alert } from '../../kinds/alerts/fact.ts';
import { recordedAlertStarts } from '../../kinds/alerts/recorded-starts.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { withKubeconfigOf } from '../kit/contract/api-server.ts';
import { httpReadingAccess, routeToFirst } from '../kit/contract/connection.ts';
import { identityFault } from '../kit/contract/identity.ts';
import type { Feed, SignalRequest, Source, SourceModule, SourceOptions } from '../kit/contract/source.ts';
import {
  alertDescription,
  alertRunbook,
  alertSummary,
  entries,
  field,
  goList,
  parseRfc3339,
  stringMapOf,
} from '../kit/values/wire-value.ts';
import { openPrometheusClient } from './client.ts';
import type { PrometheusFold } from './config.ts';
import { type PrometheusConfig, prometheusConfig, prometheusReadSchema } from './config.ts';
import { prometheusDetailFeeds } from './detail-feeds.ts';
import { diagnosePrometheus } from './doctor.ts';
import { factFeed } from './fact-feed.ts';
import { factSpecs } from './fact-specs.ts';
import type { PrometheusContext } from './feed.ts';
import { prometheusFeed, warningFaults } from './feed.ts';
import { prometheusFingerprint } from './fingerprint.ts';
import { readSignalHistory } from './history.ts';
import { type InstantResult, type InstantSeries, mostParts } from './parse.ts';
import { hiddenParts, partsFeed } from './parts.ts';
import { prometheusRowCommand } from './row-command.ts';
import { failedRulesFaults, type LoadedRules, openLoadedRules, ruleVerdicts } from './rule-levels.ts';

type SignalValue = Pick<Sample, 'labels' | 'value' | 'why' | 'parts' | 'fold'>;

/**
 * Converts a query result to samples of a signal: one per series, or one aggregated over all. An empty result has no
 * value, never 0.
 */
export const signalSamples = (
  answer: InstantResult,
  fold: PrometheusFold | undefined,
): readonly SignalValue[] => {
  if (answer.word !== undefined) return [{ labels: {}, value: answer.word }];
  if (answer.series.length === 0) return [{ labels: {}, why: 'no series matches the query' }];
  return fold === undefined
    ? answer.series
    : [{ labels: {}, ...foldSeries(answer.series, fold), ...partsOf(answer.series, fold) }];
};

const partsOf = (series: readonly InstantSeries[], fold: PrometheusFold): Pick<Sample, 'parts' | 'fold'> => {
  if (series.length > mostParts) return {};
  const known = series.flatMap(({ labels, value }) =>
    value === undefined ? [] : [[JSON.stringify(labels), value] as const],
  );
  return { parts: Object.fromEntries(known), fold };
};

/** A sum or mean with an unknown part is unknown; minimum, maximum and count cover the known values. */
const foldSeries = (
  series: readonly InstantSeries[],
  fold: PrometheusFold,
): Pick<Sample, 'value' | 'why'> => {
  const known = series.flatMap(({ value }) => value ?? []);
  const lost = series.find(({ value }) => value === undefined);
  const whole = fold === 'sum' || fold === 'avg';
  if (lost !== undefined && (whole || known.length === 0))
    return { why: `${series.length - known.length} of ${series.length} series: ${lost.why ?? 'no value'}` };
  switch (fold) {
    case 'sum':
      return { value: sum(known) };
    case 'avg':
      return { value: sum(known) / known.length };
    case 'min':
      return { value: known.reduce((least, value) => Math.min(least, value)) };
    case 'max':
      return { value: known.reduce((most, value) => Math.max(most, value)) };
    case 'count':
      return { value: known.length };
  }
};

/** One row per series: a limit for tables and history. Fifty thousand took a gigabyte. */
const maxSeries = 20_000;

/** Fault for a signal with more series than are shown. */
const truncationFaults = (
  { client }: PrometheusContext,
  id: string,
  { series, left = 0 }: InstantResult,
): readonly Fault[] =>
  left === 0
    ? []
    : [
        client.fault(
          '/api/v1/query',
          new RemediedError(
            'unconfigured',
            `${id} returns ${series.length + left} series. Only the first ${series.length} are shown`,
            'filter the query by labels, aggregate (sum by …, topk), or set fold',
          ),
        ),
      ];

/**
 * Evaluates a signal's query now: one sample per series, at most 20,000. Faults: those of the call, the response's own
 * warnings, and `unconfigured` for too many series. An aggregation covers all of them.
 */
const queryFeed = (parts: PrometheusContext, loaded: LoadedRules, signal: SignalRequest): Feed => {
  const { source, client } = parts;
  const read = prometheusReadSchema.parse(signal.read);
  const { query, fold, rules: names } = read;
  const maxAgeMs = Math.min(parts.config.every / 2, 30_000);
  const words = { name: 'query', kind: 'samples', part: signal.id, signals: [signal.id] } as const;
  const feed = prometheusFeed(parts, words, async (aborted): Promise<Reading<Sample>> => {
    try {
      const [answer, rules] = await Promise.all([
        client.query(query, aborted, fold === undefined ? { maxSeries: maxSeries } : { hasLabels: false }),
        names === undefined ? undefined : loaded.read(maxAgeMs, aborted),
      ]);
      const stamp = { source, at: client.now(), signal: signal.id };
      const values = signalSamples(answer.value, fold);
      const verdicts =
        names === undefined || rules === undefined || fold !== undefined
          ? undefined
          : ruleVerdicts(
              rules,
              names,
              values.map(({ labels }) => labels),
              stamp.at,
            );
      return {
        items: values.map((read, index) => ({
          ...stamp,
          ...read,
          ...defined({ byRules: verdicts?.[index] }),
        })),
        faults: [
          ...warningFaults(client, answer.warnings),
          ...truncationFaults(parts, signal.id, answer.value),
        ],
      };
    } catch (error) {
      return { items: [], faults: [client.queryFault(query, error)] };
    }
  });
  return {
    ...feed,
    ...(names === undefined ? {} : { isUnshared: true as const }),
    readHistory: (range, aborted) => readSignalHistory(client, signal.id, read, range, aborted),
  };
};

const alertsPath = '/api/v1/alerts';

/** A rule that cannot be evaluated has no alert: an answer without one says nothing about it. */
const rulesAgeMs: Millis = 60_000;

/**
 * Alerts held by Prometheus itself: firing, and pending until their `for` has passed. Silences belong to Alertmanager. Once a
 * minute, rules that cannot be evaluated are a fault. `loaded`: absent, they are not read.
 */
const readAlerts = async (
  { source, client, config }: PrometheusContext,
  loaded: LoadedRules | undefined,
  signal: AbortSignal,
): Promise<Reading<Alert>> => {
  try {
    const [{ value, warnings }, rules = []] = await Promise.all([
      client.get(alertsPath, signal),
      loaded?.read(rulesAgeMs, signal),
    ]);
    const stamp = { source, at: client.now() };
    const items = parseAlerts(value, config.severity).map(({ activeAt, ...alert }) => ({
      ...stamp,
      ...alert,
      ...(activeAt === undefined ? {} : { since: client.toClock(activeAt) }),
    }));
    return { items, faults: [...warningFaults(client, warnings), ...failedRulesFaults(client, rules)] };
  } catch (error) {
    return { items: [], faults: [client.fault(alertsPath, error)] };
  }
};

const alertsFeed = (parts: PrometheusContext, loaded: LoadedRules): Feed =>
  prometheusFeed(parts, { name: 'alerts', kind: 'alerts' }, (signal) => readAlerts(parts, loaded, signal));

/** The starts of the current alerts. A rule that cannot be evaluated is a fault of the alerts, and hides no change. */
const alertStarts =
  (parts: PrometheusContext): NonNullable<Source['recentChanges']> =>
  async (since, signal) => {
    const { items, faults } = await readAlerts(parts, undefined, signal);
    return { changes: recordedAlertStarts(items, since), faults };
  };

type ParsedAlert = Omit<Alert, 'source' | 'at' | 'since'> & {
  /** Ms since the epoch by the server's clock. */
  readonly activeAt?: number;
};

/**
 * Parses the `data` of the alerts endpoint. An alert in an unknown state counts as firing: it exists. Throws `malformed`
 * without the list.
 */
const parseAlerts = (data: unknown, severity: string): readonly ParsedAlert[] =>
  goList(field(data, 'alerts'), 'alerts').map((alert) => {
    const { alertname = '', ...labels } = stringMapOf(field(alert, 'labels'));
    const activeAt = parseRfc3339(field(alert, 'activeAt'));
    return {
      name: alertname,
      severity: labels[severity] ?? '',
      state: field(alert, 'state') === 'pending' ? 'pending' : 'firing',
      labels,
      summary: alertSummary(field(alert, 'annotations')),
      ...alertDescription(field(alert, 'annotations')),
      ...alertRunbook(field(alert, 'annotations')),
      ...defined({ activeAt }),
    };
  });

/** A Prometheus (or compatible API): queries, its alerts, and facts from well-known scraped series. */
export const prometheus: SourceModule<PrometheusConfig> = {
  type: 'prometheus',
  title: 'Prometheus',
  config: prometheusConfig,
  reads: prometheusReadSchema,
  hiddenBy: hiddenParts,
  partsAdvice: 'the series themselves in PromQL',
  feedNames: ['query', 'parts', 'alerts', 'breakers', 'pools', 'lag', 'workloads', 'targets', 'rules'],
  operations: {},
  gives: (config) => ({ kinds: providedKinds(config), alertRules: true }),
  recordsChanges: true,
  viaDefaults: { url: 'http://via' },
  routeConfig: routeToFirst,
  // The login to an API server is a person's.
  readingAccess: (config) => (config.apiServer === undefined ? httpReadingAccess(config) : undefined),
  rowCommand: prometheusRowCommand,
  open: async (opening, io) => openPrometheus(opening, io),
};

const factKinds = ['breakers', 'pools', 'lag', 'workloads'] as const;

const providedKinds = (config: unknown): readonly FactKind[] => {
  const kindNames = entries(field(config, 'facts')).map(([name]) => name);
  return [
    ...(field(config, 'alerts') === false ? [] : (['alerts'] as const)),
    ...factKinds.filter((kind) => kindNames.includes(kind)),
  ];
};

const openPrometheus = (opening: SourceOptions<PrometheusConfig>, io: ReadIo): Source => {
  const { id, signals } = opening;
  const config = withKubeconfigOf(opening.config, opening.dir);
  const client = openPrometheusClient(id, config, io);
  const parts: PrometheusContext = { source: id, config, client };
  const { identity } = config;
  const loaded = openLoadedRules(client, config.timeout / 2);
  return {
    id,
    feeds: [
      ...signals.map((signal) => queryFeed(parts, loaded, signal)),
      ...signals.flatMap((signal) => partsFeed(parts, signal) ?? []),
      ...(config.alerts ? [alertsFeed(parts, loaded)] : []),
      ...factSpecs(config).map((spec) => factFeed(parts, spec)),
      ...prometheusDetailFeeds(parts),
    ],
    operations: [],
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(client.endpoint, identity, client.wallNow, signal) }),
    fingerprint: (signal) => prometheusFingerprint(client, signal),
    doctor: (signal) => diagnosePrometheus(parts, signals, signal),
    ...(config.alerts ? { recentChanges: alertStarts(parts) } : {}),
    close: () => io.close(),
  };
};
