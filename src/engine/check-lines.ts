import { aboutOf } from '../domain/alert-labels.ts';
import type { CheckReport, CheckRow } from '../domain/check-rows.ts';
import { durationText } from '../domain/duration.ts';
import type { FactKind } from '../domain/facts.ts';
import { absent, count, latency, percent, perSecond } from '../domain/format.ts';
import { untoldComponents } from '../domain/health-components.ts';
import { type Level, rank } from '../domain/level.ts';
import { labelValues } from '../domain/mask/label-values.ts';
import { mergedRows } from '../domain/merged-alerts.ts';
import { workloadName } from '../domain/row-key.ts';
import { blockedText } from '../domain/session-state.ts';

/** One finding of a check as a person reads it. */
export interface CheckLine {
  readonly level: Level;
  /** The list it stands in: 'health', 'breakers', 'signals'. */
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  /** Numbers and reasons; '' when there is nothing to add. */
  readonly detail: string;
  /** Name and main value: what is left of it where many are fine. */
  readonly brief: string;
}

type Words = Pick<CheckLine, 'name' | 'state'> & {
  readonly details: readonly (string | undefined)[];
  readonly value?: string;
};

/** `some('restarts', 3)` → '3 restarts'; undefined when there is no number, and for 0, which goes without saying. */
const some = (what: string, value: number | null): string | undefined =>
  value === null || value === 0 ? undefined : `${count(value)} ${what}`;
const known = (value: number | null): number | undefined => value ?? undefined;
const rate = (what: string, value: number | null): string | undefined =>
  value === null ? undefined : `${what} ${percent(value)}`;
const seconds = (what: string, value: number | null): string | undefined =>
  value === null ? undefined : `${what} ${durationText(Math.round(value) * 1000)}`;
const outOf = (value: number | null, whole: number | null): string =>
  `${count(known(value))} of ${count(known(whole))}`;
const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' · ');
const owner = (row: { readonly service: string; readonly instance: string }): string =>
  row.instance === '' ? row.service : row.instance;

/** '48,210 behind', or why that is not known. */
const behindWords = ({ lag, committed, end }: CheckRow<'lag'>): string => {
  if (lag !== null) return `${count(lag)} behind`;
  if (committed !== null) return 'lag unknown';
  return end === null ? 'committed offset unknown' : 'nothing committed';
};

const wordsOf: { readonly [K in FactKind]: (row: CheckRow<K>) => Words } = {
  health: (r) => ({
    name: joined(r.service, r.instance),
    state: r.status,
    value: r.latencyMs === null ? '' : latency(r.latencyMs),
    details: [
      r.httpStatus === null ? undefined : String(r.httpStatus),
      r.latencyMs === null ? undefined : `in ${latency(r.latencyMs)}`,
      r.detail,
      untoldComponents(r)
        .map((c) => `${c.name} ${c.status}`)
        .join(', '),
    ],
  }),
  breakers: (r) => ({
    name: joined(owner(r), r.name),
    state: r.state,
    details: [
      rate('failed', r.failureRate),
      rate('slow', r.slowCallRate),
      some('calls not permitted', r.notPermittedCalls),
    ],
  }),
  lag: (r) => ({
    name: joined(r.group, r.topic, `p${r.partition}`),
    state: r.motion,
    value: count(known(r.lag)),
    details: [
      behindWords(r),
      r.lost === null || r.lost === 0 ? undefined : `lost to retention: ${count(r.lost)}`,
      r.rate === null ? undefined : perSecond(r.rate),
      seconds('caught up in', r.etaSeconds),
      r.members === 0 ? 'no members' : undefined,
    ],
  }),
  pools: (r) => ({
    name: joined(owner(r), r.name),
    state: r.kind,
    value: `${count(known(r.taken ?? r.active))}/${count(known(r.max))}`,
    details: [`${outOf(r.taken ?? r.active, r.max)} in use`, some('waiting', r.pending)],
  }),
  workloads: (r) => ({
    name: workloadName(r),
    state: r.status,
    details: [
      r.ready === null && r.wanted === null ? undefined : `${outOf(r.ready, r.wanted)} ready`,
      some('restarts', r.restarts),
    ],
  }),
  alerts: (r) => ({ name: r.name, state: r.state, details: [r.severity, r.summary] }),
  sessions: (r) => ({
    name: joined(r.database, String(r.pid)),
    state: r.state,
    details: [
      r.user,
      r.durationMs === null ? undefined : `for ${latency(r.durationMs)}`,
      r.waiting,
      blockedText(r.blockedBy),
      r.query,
    ],
  }),
  queues: (r) => ({
    name: r.name,
    state: r.kind,
    value: count(known(r.depth)),
    details: [`depth ${count(known(r.depth))}`, seconds('oldest', r.oldestSeconds)],
  }),
  ci: (r) => ({
    name: joined(r.workflow, r.branch),
    state: r.status,
    details: [
      r.run,
      r.failedStep === '' ? undefined : `failed in ${r.failedStep}`,
      seconds('took', r.seconds),
    ],
  }),
};

/** A row whose level is unknown although it has a state is an old one. */
const asOf = (level: Level, state: string, at: string | null): string | undefined =>
  level === 'unknown' && state !== 'unknown' && state !== absent && at !== null
    ? `as of ${at.slice(11, 19)}`
    : undefined;

const line = (kind: string, level: Level, at: string | null, words: Words): CheckLine => {
  const { name, state, details, value = '' } = words;
  const parts = [...details, asOf(level, state, at)].filter((part) => part !== undefined && part !== '');
  return {
    level,
    kind,
    name,
    state: state === '' ? absent : state,
    detail: parts.join(', '),
    brief: [name, value].filter((part) => part !== '').join(' '),
  };
};

type Labels = Readonly<Record<string, string>>;

/**
 * Keeps of each row's labels those that tell rows of one name apart: what all of them have alike is left out. Takes a time
 * that grows with the rows and no faster: a query may give thousands of series.
 */
const distinguishing = (all: readonly Labels[]): ((labels: Labels) => Labels) => {
  const [first] = all;
  if (first === undefined || all.length < 2) return (labels) => labels;
  const alike = new Set(Object.keys(first));
  for (const labels of all) for (const name of alike) if (labels[name] !== first[name]) alike.delete(name);
  return (labels) => Object.fromEntries(Object.entries(labels).filter(([name]) => !alike.has(name)));
};

/** For each name that several rows have, what keeps of their labels those that tell them apart. */
const ownLabels = <R extends { readonly labels: Labels }>(rows: readonly R[], nameOf: (row: R) => string) => {
  const several = [...Map.groupBy(rows, nameOf)].filter(([, named]) => named.length > 1);
  return new Map(several.map(([name, named]) => [name, distinguishing(named.map(({ labels }) => labels))]));
};

/** Alerts, each once although several servers tell of it; those of one name with the labels that tell them apart. */
const alertLines = ({ alerts }: CheckReport): readonly CheckLine[] => {
  const merged = mergedRows(alerts, (source) => managesAlerts(alerts, source));
  const byName = ownLabels(merged, ({ name }) => name);
  return merged.map((row) => {
    const own = byName.get(row.name);
    const about = own === undefined ? aboutOf(row.labels) : Object.values(own(row.labels)).join(' · ');
    const { state, details } = wordsOf.alerts(row);
    return line('alerts', row.level, row.at, { name: joined(row.name, about), state, details });
  });
};

/** Only an Alertmanager knows of silences and inhibitions, and it knows of no pending alert. */
const managesAlerts = (alerts: readonly CheckRow<'alerts'>[], source: string): boolean =>
  alerts.some((row) => row.source === source && (row.state === 'silenced' || row.state === 'inhibited'));

const kindLines = <K extends FactKind>(kind: K, rows: readonly CheckRow<K>[]): readonly CheckLine[] =>
  rows.map((row) => line(kind, row.level, row.at, wordsOf[kind](row)));

const signalLines = ({ signals }: CheckReport): readonly CheckLine[] => {
  const byId = ownLabels(signals, ({ id }) => id);
  return signals.map((row) => {
    const value = typeof row.value === 'number' ? count(row.value) : (row.value ?? absent);
    const state = row.value === null || row.unit === '' ? value : `${value} ${row.unit}`;
    const labels = byId.get(row.id)?.(row.labels) ?? row.labels;
    const name = joined(row.title, ...labelValues(labels));
    return line('signals', row.level, row.at, { name, state, value: state, details: [row.fault?.message] });
  });
};

/** Every row of a report as a line, worst first; among equals in the order of the report. */
export const checkLines = (report: CheckReport): readonly CheckLine[] =>
  [
    ...signalLines(report),
    ...kindLines('health', report.health),
    ...kindLines('breakers', report.breakers),
    ...kindLines('lag', report.lag),
    ...kindLines('pools', report.pools),
    ...kindLines('workloads', report.workloads),
    ...alertLines(report),
    ...kindLines('sessions', report.sessions),
    ...kindLines('queues', report.queues),
    ...kindLines('ci', report.ci),
  ].sort((a, b) => rank[b.level] - rank[a.level]);
