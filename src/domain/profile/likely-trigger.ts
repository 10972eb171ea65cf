import type { Millis } from '../base/fault.ts';
import type { JournalEntry, JournalKind } from '../facts/journal.ts';
import { formatDuration } from '../text/duration.ts';
import type { DependencyGraph } from './dependencies.ts';

/** A problem, as far as the search for its trigger needs it. */
export interface TriggerFinding {
  /** The names of its object. */
  readonly names: readonly string[];
  /** Its start, as observed or recorded by its source; absent: unknown. */
  readonly since?: Millis;
}

/** A change that came shortly before problems of its object, or of objects that depend on it. */
export interface LikelyTrigger {
  readonly entry: JournalEntry;
  /** The changed object, in the form in which dependencies name it: 'saga-orchestrator'. */
  readonly object: string;
  /** Start of the first of these problems. */
  readonly onset: Millis;
  /** True: the problems were already there at the first readings, so that their start is unknown. */
  readonly isOnsetUnknown: boolean;
  /** True: opsdeck made the change in a run. */
  readonly isOwn: boolean;
}

/** Kinds of changes that can cause a problem. A restart alone rarely does, so it counts only without any other. */
const weight: Partial<Readonly<Record<JournalKind, number>>> = {
  rollout: 2,
  image: 2,
  config: 2,
  restart: 1,
};

/** Problems this much later have another trigger. */
const maxDelayMs: Millis = 60 * 60_000;
/** A problem may be observed this much before its trigger: sources are read at intervals. */
const slackMs: Millis = 15_000;
/** A change within this time after a step of a run was made by that run. */
const ownMs: Millis = 120_000;
/** Problems observed this soon after opening were already there. */
const firstReadingsMs: Millis = 20_000;

/** The name of the changed object: 'deployment billing' → 'billing'. */
const changedObject = ({ what }: Pick<JournalEntry, 'what'>): string => what.split(' ').at(-1) ?? '';

/** True for a change that a rollback takes back. */
export const isDeployment = ({ kind }: Pick<JournalEntry, 'kind'>): boolean => weight[kind] === 2;

/**
 * True for a change more than an hour before the first readings, which already had the problems: it may have come long before them,
 * so that it suggests nothing.
 */
export const isRemote = ({ entry, onset, isOnsetUnknown }: LikelyTrigger): boolean =>
  isOnsetUnknown && onset - entry.at > maxDelayMs;

interface TriggerOptions {
  readonly graph: DependencyGraph;
  /** Start of the observation. */
  readonly openedAt: Millis;
}

/** The names that a problem of each finding may come from: its own and those upstream. */
const reachOf = ({ names }: TriggerFinding, graph: DependencyGraph): ReadonlySet<string> =>
  new Set([...names.map((name) => name.toLowerCase()), ...graph.upstreamOf(names).keys()]);

/** True if a run that began before the change and named its object had not ended: a step may wait for hours. */
const isWithinRun = ({ at }: JournalEntry, object: string, entries: readonly JournalEntry[]): boolean =>
  (entries[0]?.at ?? Number.POSITIVE_INFINITY) <= at + slackMs &&
  (entries.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= at &&
  entries.some(({ what, change }) => `${what} ${change}`.includes(object));

const isOwnChange = (change: JournalEntry, journal: readonly JournalEntry[]): boolean => {
  const own = journal.filter(({ kind }) => kind === 'run');
  return (
    own.some(({ at }) => at <= change.at + slackMs && change.at - at <= ownMs) ||
    [...Map.groupBy(own, ({ run }) => run)].some(
      ([run, entries]) => run !== undefined && isWithinRun(change, changedObject(change), entries),
    )
  );
};

/**
 * Returns the change that most likely triggered the findings: one of an object that they depend on, within the hour
 * before most of them started. Deployments and configuration changes come before restarts, then the last one counts.
 */
export const findLikelyTrigger = (
  findings: readonly TriggerFinding[],
  journal: readonly JournalEntry[],
  { graph, openedAt }: TriggerOptions,
): LikelyTrigger | undefined => {
  if (!journal.some(({ kind }) => weight[kind] !== undefined)) return undefined;
  // Thousands of pods have the names of a few objects.
  const reaches = new Map<string, ReadonlySet<string>>();
  const placed = findings.flatMap(({ since, names }) => {
    if (since === undefined) return [];
    const key = names.join('\n');
    const reach = reaches.get(key) ?? reachOf({ names }, graph);
    reaches.set(key, reach);
    return [{ since, reach }];
  });
  const triggers = journal.flatMap((entry): readonly LikelyTrigger[] => {
    if (weight[entry.kind] === undefined) return [];
    const object = changedObject(entry);
    const affected = placed.filter(({ reach }) => reach.has(object.toLowerCase()));
    const later = affected.filter(({ since }) => since >= entry.at - slackMs);
    if (later.length === 0 || later.length <= affected.length - later.length) return [];
    const onset = Math.min(...later.map(({ since }) => since));
    if (onset - entry.at > maxDelayMs && onset > openedAt + firstReadingsMs) return [];
    const isOnsetUnknown =
      entry.at < openedAt &&
      later.every(({ since }) => since >= openedAt && since <= openedAt + firstReadingsMs);
    return [{ entry, object, onset, isOnsetUnknown, isOwn: isOwnChange(entry, journal) }];
  });
  return triggers.toSorted(
    (a, b) =>
      (weight[b.entry.kind] ?? 0) - (weight[a.entry.kind] ?? 0) ||
      b.entry.at - a.entry.at ||
      (a.entry.what < b.entry.what ? -1 : 1),
  )[0];
};

/** 'saga-orchestrator 1.9.0 rolled out', 'eventmesh-api restarted' */
const changeTextOf = ({ entry: { kind, change }, object }: LikelyTrigger): string => {
  const tag = /image \S+ → ([^\s,:]+)/.exec(change)?.[1];
  if (kind === 'restart') return `${object} restarted`;
  if (kind === 'config') return `configuration of ${object} changed`;
  return `${object}${tag === undefined || tag.includes('/') ? '' : ` ${tag}`} rolled out`;
};

const minuteMs: Millis = 60_000;

/** '3 min', '45 s', '1 h 20 min' in one unit where that is exact enough. */
const roughDuration = (ms: Millis): string => {
  if (ms < 2 * minuteMs) return `${Math.max(0, Math.round(ms / 1000))} s`;
  return ms < 90 * minuteMs
    ? `${Math.round(ms / minuteMs)} min`
    : formatDuration(Math.round(ms / minuteMs) * minuteMs);
};

/** 'saga-orchestrator 1.9.0 rolled out 3 min before the first problem' */
export const triggerText = (trigger: LikelyTrigger, now: Millis): string => {
  const { entry, onset, isOnsetUnknown } = trigger;
  const change = changeTextOf(trigger);
  if (isOnsetUnknown)
    return `${change} ${roughDuration(now - entry.at)} ago. The problem was already there when opsdeck opened`;
  const ms = onset - entry.at;
  return ms < 1000
    ? `${change} as the first problem began`
    : `${change} ${roughDuration(ms)} before the first problem`;
};
