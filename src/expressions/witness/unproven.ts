import type { Millis } from '../../domain/base/fault.ts';
import type { SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../domain/runbooks/operation.ts';
import { formatAge, formatDuration } from '../../domain/text/duration.ts';
import { formatPercent } from '../../domain/text/format.ts';
import { formatMeasurement } from '../../domain/text/value-text.ts';
import { factKinds, kindOf } from '../../kinds/registry/registry.ts';
import { partsOf, seriesName } from './gone.ts';
import { isCalled, objectNames } from './object-names.ts';
import { removedText } from './origin.ts';
import { unitChangeText } from './unit-change.ts';

/** When a restart of a process was first noticed, by its target and its start. Kept for one run. */
export type SeenRestarts = Map<string, Millis>;

/** A series whose value of now proves nothing. */
export interface UnprovenSeries {
  readonly key: string;
  readonly why: string;
}

type Computed = NonNullable<SignalRow['computed']>;

/** Servers round the start of a process. */
const startToleranceS = 2;

/** True when a process has another start than before, by more than servers round it. */
export const hasStartedLater = (then: number | 'unknown' | undefined, start: number | 'unknown'): boolean =>
  typeof start === 'number' && typeof then === 'number' && Math.abs(start - then) > startToleranceS;

/**
 * Returns the objects that have another identity than before the action, by each of their names: pods, containers and processes that were
 * replaced or restarted. The value is the identity of now.
 */
const replacedObjects = (before: Snapshot, now: Snapshot): ReadonlyMap<string, string> => {
  const replaced = new Map<string, string>();
  for (const kind of factKinds()) {
    const { pin } = kindOf(kind);
    if (pin === undefined) continue;
    const had = new Map(before.kinds[kind].rows.map((row) => [row.key, pin(row.fact)]));
    for (const row of now.kinds[kind].rows) {
      const was = had.get(row.key);
      const is = pin(row.fact);
      if (row.stale || was === undefined || is === undefined || was === is) continue;
      for (const name of objectNames(kind, row)) replaced.set(name, String(is));
    }
  }
  return replaced;
};

/** The identity of the object behind a target that tells no start, if it was replaced. */
const replacementOf = (target: string, replaced: ReadonlyMap<string, string>): string | undefined => {
  const instance = target.slice(target.indexOf(' ') + 1);
  return [...replaced].find(([name]) => isCalled(instance, name))?.[1];
};

/** The processes that started since the reading before the action, among those that tell the parts of a series. */
const restartsSince = (
  was: Computed,
  is: Computed,
  replaced: ReadonlyMap<string, string>,
): readonly string[] => {
  const hasLost = Object.keys(was.targets).some((target) => is.targets[target] === undefined);
  return Object.entries(is.targets).flatMap(([target, start]) => {
    const then = was.targets[target];
    if (hasStartedLater(then, start) || (then === undefined && hasLost)) return [`${target} ${start}`];
    if (then === undefined || (typeof then === 'number' && typeof start === 'number')) return [];
    const replacement = replacementOf(target, replaced);
    return replacement === undefined ? [] : [`${target} ${replacement.replaceAll(/\s/g, '_')}`];
  });
};

const targetIn = (restart: string): string => restart.slice(0, restart.lastIndexOf(' '));

/** The time of a reading, and the restarts that are known then. */
interface At {
  readonly now: Millis;
  readonly actedAt: Millis | undefined;
  readonly seen: SeenRestarts;
  readonly effects: readonly DeclaredEffect[];
  replaced(): ReadonlyMap<string, string>;
}

/** Explains that the window of a series has not passed since a process that tells its parts was restarted. */
const refillText = (
  row: SignalRow,
  was: Computed,
  is: Computed,
  { seen, now, replaced }: At,
): string | undefined => {
  const { windowMs } = is;
  if (windowMs === undefined) return undefined;
  const restarts = restartsSince(was, is, replaced()).map((restart) => {
    const time = seen.get(restart) ?? now;
    seen.set(restart, time);
    return { restart, at: time };
  });
  const [last] = restarts.toSorted((a, b) => b.at - a.at);
  if (last === undefined || now - last.at >= windowMs) return undefined;
  return `${targetIn(last.restart)} was restarted ${formatAge(now - last.at)} ago, but ${row.id} counts the last ${formatDuration(windowMs)}`;
};

/** Explains that a target has not told its parts since the action: the server still computes with what it told before. */
const oldScrapeText = (row: SignalRow, actedAt: Millis | undefined): string | undefined => {
  const { scrapedAt = {} } = row.computed ?? {};
  if (actedAt === undefined || Object.values(scrapedAt).every((time) => time > actedAt)) return undefined;
  // The same answer has the targets of the other rows of its query.
  const ages = partsOf(row).flatMap(({ row: { labels } }) => {
    const target = `${labels.job ?? ''} ${labels.instance ?? ''}`.trim();
    const time = scrapedAt[target];
    return time === undefined || time > actedAt ? [] : [{ target, age: actedAt - time }];
  });
  const [oldest] = ages.toSorted((a, b) => b.age - a.age);
  return oldest && `${oldest.target} was last scraped ${formatAge(oldest.age)} before the action ended`;
};

/** Explains that a rule has not recorded its series since the action. */
const oldEvaluationText = (
  { evaluations = {} }: Computed,
  actedAt: Millis | undefined,
): string | undefined => {
  const [oldest] = Object.entries(evaluations).toSorted(([, a], [, b]) => a - b);
  if (actedAt === undefined || oldest === undefined || oldest[1] > actedAt) return undefined;
  return `the rule ${oldest[0]} was last evaluated ${formatAge(actedAt - oldest[1])} before the action ended`;
};

/**
 * Explains that a counter is lower than before, so its process was restarted and it counts from zero. Undefined: it is no counter, or not
 * lower. `was`: its value before the action.
 */
const counterResetText = (row: SignalRow, was: number | string | undefined): string | undefined =>
  row.isCounter === true && typeof was === 'number' && typeof row.value === 'number' && row.value < was
    ? `the counter ${seriesName(row)} was reset by a restart, ${formatMeasurement(was, row.unit)} → ${formatMeasurement(row.value, row.unit)}`
    : undefined;

/**
 * Explains that a value of now says nothing about the one of before the action: a counter that was set back, a state that nothing measures
 * any more, a value in another unit. Undefined: it does.
 */
export const incomparableText = (row: SignalRow, was: SignalRow | undefined): string | undefined => {
  if (was?.value === undefined) return undefined;
  if (row.isUnmeasured === true && was.value !== row.value)
    return `${seriesName(row)} is no longer measured: the value was ${was.value} before the action, so that ${row.value} proves nothing now`;
  return counterResetText(row, was.value) ?? unitChangeText(row, was);
};

/** Explains that a value covers a period that ended before the action: a server may tell it minutes later. */
export const oldPeriodText = (
  { id, computed }: SignalRow,
  actedAt: Millis | undefined,
): string | undefined => {
  const end = computed?.periodEnd;
  return end === undefined || actedAt === undefined || end > actedAt
    ? undefined
    : `${id} covers a period that ended ${formatAge(actedAt - end)} before the action ended`;
};

/** A share of failures this close to the one of before is no better: it was measured over other events. */
const sameShare = 0.8;

/** Explains that fewer events fail because there are fewer events, or none. Undefined: fewer of them fail, or the others are not told. */
export const lessTrafficText = (
  { id, computed, value }: SignalRow,
  was: SignalRow | undefined,
): string | undefined => {
  const then = was?.computed?.traffic;
  const now = computed?.traffic;
  if (then === undefined || now === undefined || then.failed <= 0 || now.all >= then.all) return undefined;
  if (Number(value) > Number(was?.value)) return undefined;
  if (now.all <= 0)
    return `${id} counts failed requests, but there were no requests at all, so the value does not show a recovery`;
  const share = now.failed / now.all;
  const former = then.failed / then.all;
  return share < sameShare * former
    ? undefined
    : `${id} fell only because there are fewer requests: ${formatPercent(100 * share)} of them fail now, and ${formatPercent(100 * former)} failed before the action`;
};

/** Explains that a rule records something else than before under the same name. */
const editedRuleText = (was: Computed, { rules: now = {} }: Computed): string | undefined => {
  const edited = Object.entries(was.rules ?? {}).find(
    ([name, query]) => now[name] !== undefined && now[name] !== query,
  );
  return edited && `the rule ${edited[0]} was edited after the action, so the values cannot be compared`;
};

const problemOf = (row: SignalRow, was: SignalRow | undefined, at: At): string | undefined => {
  const { computed, partsProblem } = row;
  if (row.value === undefined || row.stale) return undefined;
  // A signal that is calculated from it is no better.
  const incomparable = was?.stale === true ? undefined : incomparableText(row, was);
  if (incomparable !== undefined) return incomparable;
  const removed = was?.stale === true ? undefined : removedText(row, was, at.effects);
  if (removed !== undefined) return removed;
  if (partsProblem !== undefined)
    return `the series that ${row.id} is computed from could not be read: ${partsProblem}`;
  if (computed === undefined)
    return was?.computed === undefined || row.hiddenBy === undefined
      ? undefined
      : `the series that ${row.id} is computed from can no longer be read: ${row.hiddenBy}`;
  const oldScrape =
    oldPeriodText(row, at.actedAt) ??
    oldScrapeText(row, at.actedAt) ??
    oldEvaluationText(computed, at.actedAt);
  if (oldScrape !== undefined || was === undefined) return oldScrape;
  // A value without parts that was not there before had no window either.
  if (was.computed === undefined)
    return row.parts === undefined
      ? undefined
      : `it is unknown which series ${row.id} was computed from before the action`;
  return (
    editedRuleText(was.computed, computed) ??
    lessTrafficText(row, was) ??
    refillText(row, was.computed, computed, at)
  );
};

/**
 * Returns the series that a server computes, and whose value of now proves nothing: what they are computed from is unknown or was not
 * scraped since the action, or their window reaches back over a restart. `known`: the objects before the action, whose identity tells a restart where a process does not.
 */
export const unprovenSeries = (
  now: Snapshot,
  before: Snapshot,
  {
    seen = new Map(),
    known = before,
    effects,
  }: {
    readonly seen?: SeenRestarts;
    readonly known?: Snapshot;
    readonly effects: readonly DeclaredEffect[];
  },
  { time, actedAt }: { readonly time: Millis; readonly actedAt: Millis | undefined },
): readonly UnprovenSeries[] => {
  const computed = now.signals.filter(
    (row) =>
      row.computed !== undefined ||
      row.partsProblem !== undefined ||
      row.hiddenBy !== undefined ||
      row.isCounter === true ||
      row.isUnmeasured === true ||
      row.metric !== undefined ||
      row.origin !== undefined ||
      typeof row.value === 'string',
  );
  if (computed.length === 0) return [];
  const had = new Map(before.signals.map((row) => [row.key, row]));
  let replaced: ReadonlyMap<string, string> | undefined;
  const reading: At = {
    now: time,
    actedAt,
    seen,
    effects,
    replaced: () => {
      replaced ??= replacedObjects(known, now);
      return replaced;
    },
  };
  return computed.flatMap((row) => {
    const why = problemOf(row, had.get(row.key), reading);
    return why === undefined ? [] : [{ key: row.key, why }];
  });
};
