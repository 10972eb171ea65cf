import type { Millis } from '../../../domain/base/fault.ts';
import type { MetricLabels } from '../../exposition/metric-family.ts';
import type { ActiveAlert } from '../../monitoring/monitor.ts';
import { monitorFor } from '../../monitoring/monitor.ts';
import { silenceState } from '../../monitoring/silences.ts';
import { rfc3339 } from '../http/go-api.ts';
import type { ParsedRequest, ServerReply } from '../http/http-server.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';
import { isFlagOn, matchesAll, parseFilters } from './silences.ts';

const prime = 0x100000001b3n;
const mask = 0xffffffffffffffffn;
const encoder = new TextEncoder();

/** Fingerprint of a label set: 64-bit FNV-1a over names and values in order. Source: prometheus/common, model.LabelSet. */
export const fingerprintOf = (labels: MetricLabels): string => {
  let hash = 0xcbf29ce484222325n;
  const add = (byte: number): void => {
    hash = ((hash ^ BigInt(byte)) * prime) & mask;
  };
  for (const name of Object.keys(labels).sort())
    for (const text of [name, labels[name] ?? '']) {
      for (const byte of encoder.encode(text)) add(byte);
      add(255);
    }
  return hash.toString(16).padStart(16, '0');
};

/** Prometheus resends alerts every minute, with an end four minutes later. */
const resendMs: Millis = 60_000;
const meantMs: Millis = 4 * resendMs;

export const defaultReceiver = 'oncall';
/** An inhibit rule: a critical alert inhibits warnings of the same job. */
export const inhibitRule = { source: 'critical', target: 'warning', equal: 'job' } as const;

type Firing = ActiveAlert & { readonly firedAt: Millis };
const isFiring = (alert: ActiveAlert): alert is Firing => alert.firedAt !== undefined;

const inhibitorsOf = (labels: MetricLabels, all: readonly Firing[]): readonly string[] => {
  if (labels.severity !== inhibitRule.target) return [];
  const source = all.find(
    (other) =>
      other.labels.severity === inhibitRule.source &&
      (other.labels[inhibitRule.equal] ?? '') === (labels[inhibitRule.equal] ?? ''),
  );
  return source === undefined ? [] : [fingerprintOf(source.labels)];
};

const silencersOf = (labels: MetricLabels, view: SimulatorContext): readonly string[] => {
  const now = view.clock.now();
  return monitorFor(view)
    .silences.list(now)
    .filter((silence) => silenceState(silence, now) === 'active' && matchesAll(silence.matchers, labels))
    .map(({ id }) => id)
    .sort();
};

/** Go's `url.QueryEscape`. */
const escaped = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

const alertDto = (alert: Firing, all: readonly Firing[], view: SimulatorContext) => {
  const { labels, annotations, rule } = alert;
  const startsAt = view.model.toClock(alert.firedAt);
  const sentAt = startsAt + Math.floor((view.clock.now() - startsAt) / resendMs) * resendMs;
  const inhibitedBy = inhibitorsOf(labels, all);
  const silencedBy = silencersOf(labels, view);
  const state = inhibitedBy.length + silencedBy.length === 0 ? 'active' : 'suppressed';
  return {
    annotations,
    endsAt: rfc3339(sentAt + meantMs),
    fingerprint: fingerprintOf(labels),
    receivers: [{ name: defaultReceiver }],
    startsAt: rfc3339(startsAt),
    status: { inhibitedBy, silencedBy, state },
    updatedAt: rfc3339(sentAt),
    generatorURL: `http://prometheus:9090/graph?g0.expr=${escaped(rule.expr)}&g0.tab=1`,
    labels,
  };
};

/** `GET /api/v2/alerts`: firing alerts by fingerprint, filtered by `active`, `silenced`, `inhibited`, `filter` and `receiver`. */
export const listAlerts = ({ query }: ParsedRequest, view: SimulatorContext): ServerReply => {
  const filters = parseFilters(query);
  if (typeof filters === 'string') return { status: 400, json: `bad matcher format: ${filters}` };
  const { alerts } = monitorFor(view);
  // Alerts that are not sent again expire.
  const isExpired = !alerts.isRunning && view.clock.now() > view.model.toClock(alerts.evaluatedAt) + meantMs;
  const firing = (isExpired ? [] : alerts.now().flatMap((rule) => rule.alerts)).filter(isFiring);
  const matching = firing
    .map((alert) => alertDto(alert, firing, view))
    .filter(({ status, labels }) => {
      if (!matchesAll(filters, labels)) return false;
      if (status.state === 'active' && !isFlagOn(query, 'active')) return false;
      if (status.silencedBy.length > 0 && !isFlagOn(query, 'silenced')) return false;
      return status.inhibitedBy.length === 0 || isFlagOn(query, 'inhibited');
    })
    .filter(() => new RegExp(`^(?:${query.get('receiver') ?? '.*'})$`).test(defaultReceiver))
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  return { status: 200, json: matching };
};
