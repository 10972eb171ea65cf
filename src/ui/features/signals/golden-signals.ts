import { levelRank } from '../../../domain/facts/level.ts';
import type { SignalRow, Snapshot } from '../../../domain/facts/snapshot.ts';
import { widthOf } from '../../kit/text/width.ts';
import { compareSeries } from '../../shell/panes/ranking.ts';

/** The four golden signals of the SRE book, in display order. */
const goldenSignals = ['errors', 'latency', 'traffic', 'saturation'] as const;
type GoldenSignal = (typeof goldenSignals)[number];

/** Patterns in the id, title and unit of a signal that identify its golden signal. The first match counts. */
const patterns: Readonly<Record<GoldenSignal, RegExp>> = {
  errors: /\b(err|error|errors|fail\w*|reject\w*|5xx|dlq|dead.letters?|timeouts?|dropped)\b/,
  latency: /\b(latency|duration|response.time|p50|p9\d\w*|ms)\b|(^|[^/])\bs$/,
  traffic: /\/(s|min|h|sec)\b|\b(rate|throughput|traffic|requests|rps)\b/,
  saturation:
    /\b(cpu|memory|mem|heap|disk|pools?|usage|utili[sz]ation|lag|queue|connections|saturation)\b|%$/,
};

/** The golden signal that a signal measures; undefined: another one. */
export const goldenSignalOf = ({
  id,
  title,
  unit,
}: Pick<SignalRow, 'id' | 'title' | 'unit'>): GoldenSignal | undefined => {
  const text = `${id.replaceAll(/[._-]/g, ' ')} ${title} ${unit}`.toLowerCase();
  return goldenSignals.find((name) => patterns[name].test(text));
};

/** Of several series of a signal the worst one, so that a signal is shown once. */
const worstPerSignal = (signals: readonly SignalRow[]): readonly SignalRow[] => {
  const byId = new Map<string, SignalRow>();
  for (const signal of signals) {
    const had = byId.get(signal.id);
    if (had === undefined || compareSeries(signal, had) < 0) byId.set(signal.id, signal);
  }
  return [...byId.values()];
};

/** Maximum number of signals; no screen has room for more. */
const maxSignals = 24;

/** True if the signal comes before the healthy ones: it is a problem, or becomes one unless its value recovers. */
const isProblem = ({ level, verdict }: SignalRow): boolean =>
  level === 'crit' || level === 'warn' || (level === 'ok' && verdict?.pending !== undefined);

/** The name without what tells variants of one measurement apart: 'Error rate (Prometheus)' → 'Error rate'. */
const measurementOf = ({ title }: SignalRow): string =>
  title.replace(/ *(?:\([^()]*\)|by [\w-]+)$/, '').toLowerCase();

/** Other measurements of the same come last: a row of charts shows different problems first. */
const withVariantsLast = (signals: readonly SignalRow[]): readonly SignalRow[] => {
  const groups = [...Map.groupBy(signals, measurementOf).values()];
  // Of one level, the shortest name is the usual one.
  const ordered = groups.map((group) =>
    group.toSorted((a, b) => levelRank[b.level] - levelRank[a.level] || widthOf(a.title) - widthOf(b.title)),
  );
  return [...ordered.flatMap((group) => group.slice(0, 1)), ...ordered.flatMap((group) => group.slice(1))];
};

/**
 * The signals of the pulse: critical ones, warnings, pending ones, then one of each golden signal in turn, in the order of the profile. A
 * screen has room for a few tiles only, so a signal with a problem must not be missing; the others keep their places.
 */
export const pulseSignals = (
  { signals }: Snapshot,
  hasHistory: (key: string) => boolean,
): readonly SignalRow[] => {
  // A signal whose value is gone keeps its tile, so that unknown does not look like absent.
  const numeric = worstPerSignal(signals).filter(({ key, value }) =>
    value === undefined ? hasHistory(key) : typeof value === 'number',
  );
  const problems = withVariantsLast(numeric.filter(isProblem).toSorted(compareSeries));
  const healthy = numeric.filter((signal) => !isProblem(signal));
  const groups = Map.groupBy(healthy, (signal) => goldenSignalOf(signal) ?? 'other');
  const queues = [...goldenSignals, 'other' as const].map((name) => [...(groups.get(name) ?? [])]);
  const others = queues.pop() ?? [];
  const picked: SignalRow[] = [];
  while (picked.length < maxSignals && queues.some((queue) => queue.length > 0))
    for (const queue of queues) picked.push(...queue.splice(0, 1));
  return [...problems, ...withVariantsLast(picked), ...others].slice(0, maxSignals);
};
