import type { Millis } from '../../../domain/fault.ts';
import type { Labels } from '../../exposition/family.ts';
import type { Alert } from '../../monitoring/monitor.ts';
import { monitorOf } from '../../monitoring/monitor.ts';
import { silenceState } from '../../monitoring/silences.ts';
import { rfc3339 } from '../prometheus/reply.ts';
import type { Answer, Ask } from '../serve.ts';
import type { View } from '../sight.ts';
import { allMatch, filtersIn, isWanted } from './silences.ts';

const prime = 0x100000001b3n;
const mask = 0xffffffffffffffffn;
const encoder = new TextEncoder();

/** The identity of a set of labels: 64 bits of FNV-1a over names and values in order. Source: prometheus/common, model.LabelSet. */
export const fingerprintOf = (labels: Labels): string => {
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

/** Prometheus tells again every minute, and means it for four. */
const resendMs: Millis = 60_000;
const meantMs: Millis = 4 * resendMs;

export const receiver = 'oncall';
/** A warning says nothing new while something critical fires of the same job. */
export const inhibition = { source: 'critical', target: 'warning', equal: 'job' } as const;

type Firing = Alert & { readonly firedAt: Millis };
const isFiring = (alert: Alert): alert is Firing => alert.firedAt !== undefined;

const inhibitorsOf = (labels: Labels, all: readonly Firing[]): readonly string[] => {
  if (labels.severity !== inhibition.target) return [];
  const source = all.find(
    (other) =>
      other.labels.severity === inhibition.source &&
      (other.labels[inhibition.equal] ?? '') === (labels[inhibition.equal] ?? ''),
  );
  return source === undefined ? [] : [fingerprintOf(source.labels)];
};

const silencersOf = (labels: Labels, view: View): readonly string[] => {
  const now = view.clock.now();
  return monitorOf(view)
    .silences.list(now)
    .filter((silence) => silenceState(silence, now) === 'active' && allMatch(silence.matchers, labels))
    .map(({ id }) => id)
    .sort();
};

/** Go's `url.QueryEscape`. */
const escaped = (text: string): string =>
  encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');

const alertDto = (alert: Firing, all: readonly Firing[], view: View) => {
  const { labels, annotations, rule } = alert;
  const startsAt = view.model.toClock(alert.firedAt);
  const sentAt = startsAt + Math.floor((view.clock.now() - startsAt) / resendMs) * resendMs;
  const [inhibitedBy, silencedBy] = [inhibitorsOf(labels, all), silencersOf(labels, view)];
  const state = inhibitedBy.length + silencedBy.length === 0 ? 'active' : 'suppressed';
  return {
    annotations,
    endsAt: rfc3339(sentAt + meantMs),
    fingerprint: fingerprintOf(labels),
    receivers: [{ name: receiver }],
    startsAt: rfc3339(startsAt),
    status: { inhibitedBy, silencedBy, state },
    updatedAt: rfc3339(sentAt),
    generatorURL: `http://prometheus:9090/graph?g0.expr=${escaped(rule.expr)}&g0.tab=1`,
    labels,
  };
};

/** `GET /api/v2/alerts`: firing ones, by fingerprint; `active`, `silenced`, `inhibited`, `filter`, `receiver` narrow it. */
export const alerts = ({ query }: Ask, view: View): Answer => {
  const filters = filtersIn(query);
  if (typeof filters === 'string') return { status: 400, json: `bad matcher format: ${filters}` };
  const firing = monitorOf(view)
    .alerts.now()
    .flatMap((rule) => rule.alerts)
    .filter(isFiring);
  const wanted = firing
    .map((alert) => alertDto(alert, firing, view))
    .filter(({ status, labels }) => {
      if (!allMatch(filters, labels)) return false;
      if (status.state === 'active' && !isWanted(query, 'active')) return false;
      if (status.silencedBy.length > 0 && !isWanted(query, 'silenced')) return false;
      return status.inhibitedBy.length === 0 || isWanted(query, 'inhibited');
    })
    .filter(() => new RegExp(`^(?:${query.get('receiver') ?? '.*'})$`).test(receiver))
    .sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  return { status: 200, json: wanted };
};
