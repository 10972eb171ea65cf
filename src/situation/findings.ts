import type { FactKind } from '../domain/facts/facts.ts';
import type { Limits } from '../domain/facts/level.ts';
import {
  isAwaitedSignal,
  isExpectedAbsence,
  isToldByAlert,
  type Row,
  type SignalRow,
} from '../domain/facts/snapshot.ts';
import { isUnlimited } from '../domain/facts/threshold.ts';
import { seriesLabels } from '../kinds/define/check-words.ts';
import { factKinds, kindOf } from '../kinds/registry/registry.ts';
import type { Collecting, SituationFinding, SituationInput } from './finding.ts';
import { lockHolders } from './lock-waits.ts';
import { objectFinding } from './object-finding.ts';
import { type ObjectRows, objectsOf } from './objects.ts';
import { signalFinding } from './signal-finding.ts';
import { sameFailure, sourceFinding } from './source-finding.ts';

/** The findings of an environment, and counts of the rest. */
export interface CollectedFindings {
  readonly findings: readonly SituationFinding[];
  /** Number of objects that are OK, by kind. Those without limits or data are not counted. */
  readonly ok: ReadonlyMap<string, number>;
  /** Number of rows that are unknown because their source was not read. */
  readonly hiddenRows: number;
  /** Number of signals without a value where the profile expects that: they are neither a problem nor OK. */
  readonly absent: number;
  /** Number of feeds without a first answer. */
  readonly waiting: number;
  /** Signals beyond a limit that does not count yet. */
  readonly pending: readonly SignalRow[];
}

/** Counts by name. */
class Tally {
  readonly counts = new Map<string, number>();
  add(name: string, count = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }
}

/** The results of one collection. */
interface Collected {
  readonly findings: SituationFinding[];
  readonly ok: Tally;
  /** Unknown rows by the source that was not read. */
  readonly hidden: Tally;
  /** Sources whose signals have no first reading yet. */
  readonly awaited: Set<string>;
  readonly pending: SignalRow[];
}

/** The number of series of each signal. */
const countSeries = (signals: readonly SignalRow[]): ReadonlyMap<string, number> => {
  const series = new Tally();
  for (const { id } of signals) series.add(id);
  return series.counts;
};

/** The finding of an object, and what it was made of. */
interface MadeFinding {
  readonly object: ObjectRows;
  readonly finding: SituationFinding | undefined;
}

/** The findings of the objects of each kind in the snapshot before, by the row that decides, and the parts of the profile that they say. */
interface MadeFindings {
  readonly by: readonly unknown[];
  readonly ofKind: Map<string, ReadonlyMap<Row, MadeFinding>>;
}

/** By the limits of an environment: most objects are those of the reading before, and making one takes texts and names. */
const made = new WeakMap<Limits, MadeFindings>();

const isSameObject = (a: ObjectRows, b: ObjectRows): boolean =>
  a.level === b.level &&
  a.word === b.word &&
  a.subject === b.subject &&
  a.rows.length === b.rows.length &&
  a.rows.every((row, index) => row === b.rows[index]);

/** Returns a function that finds or makes the findings of the objects of a kind. Those of sessions depend on others that wait. */
const findingMaker = (collecting: Collecting) => {
  const { limits, dependencies, sentences } = collecting.input;
  const by = [dependencies, sentences];
  const last = made.get(limits);
  const isSameProfile = last?.by.every((part, index) => part === by[index]) === true;
  const ofKind = isSameProfile ? last.ofKind : new Map<string, ReadonlyMap<Row, MadeFinding>>();
  made.set(limits, { by, ofKind });
  return (kind: FactKind, objects: readonly ObjectRows[]): readonly (SituationFinding | undefined)[] => {
    if (kind === 'sessions') return objects.map((object) => objectFinding(kind, object, collecting));
    const before = ofKind.get(kind);
    const now = new Map<Row, MadeFinding>();
    ofKind.set(kind, now);
    return objects.map((object) => {
      const was = before?.get(object.rows[0]);
      const is =
        was !== undefined && isSameObject(was.object, object)
          ? was
          : { object, finding: objectFinding(kind, object, collecting) };
      now.set(object.rows[0], is);
      return is.finding;
    });
  };
};

const addFinding = ({ findings }: Collected, finding: SituationFinding | undefined): void => {
  if (finding !== undefined) findings.push(finding);
};

const collectObjects = (collecting: Collecting, collected: Collected): void => {
  const findingsOf = findingMaker(collecting);
  for (const kind of factKinds()) {
    const { inHeader, inTotal } = kindOf(kind);
    const { problems, ok } = objectsOf(kind, collecting.input.snapshot);
    if (inHeader !== false && inTotal !== false) collected.ok.add(kind, ok);
    const shown = problems.filter(({ rows, level }) => {
      if (rows.every(({ isAwaited }) => isAwaited === true)) return false;
      const { source } = rows[0].fact;
      if (level !== 'unknown' || !collecting.lost.has(source)) return true;
      collected.hidden.add(source);
      return false;
    });
    for (const finding of findingsOf(kind, shown)) addFinding(collected, finding);
  }
};

/** The failed source that makes a signal unknown. */
const sourceOfSignal = ({ source, fault }: SignalRow): string => fault?.source ?? source;

const collectSignals = (collecting: Collecting, collected: Collected): void => {
  const { snapshot, signals: specs } = collecting.input;
  const unlimited = new Set(specs.filter(({ threshold }) => isUnlimited(threshold)).map(({ id }) => id));
  const { rows: alerts } = snapshot.kinds.alerts;
  for (const signal of snapshot.signals) {
    if (isToldByAlert(signal, alerts)) continue;
    const source = sourceOfSignal(signal);
    if (signal.level === 'unknown' && isAwaitedSignal(signal)) collected.awaited.add(source);
    else if (signal.level === 'unknown' && collecting.lost.has(source)) collected.hidden.add(source);
    else if (signal.level !== 'ok') addFinding(collected, signalFinding(signal, collecting));
    else if (signal.verdict?.pending !== undefined) collected.pending.push(signal);
    else if (!isExpectedAbsence(signal) && !unlimited.has(signal.id)) collected.ok.add('signals');
  }
};

const collectSources = (collecting: Collecting, collected: Collected): void => {
  const named = new Set<string>();
  for (const failed of Map.groupBy(collecting.input.snapshot.faults, sameFailure).values()) {
    const source = failed[0]?.source ?? '';
    // Hidden rows count once per source, with its first fault.
    const rows = named.has(source) ? 0 : (collected.hidden.counts.get(source) ?? 0);
    named.add(source);
    addFinding(collected, sourceFinding(failed, rows, collecting));
  }
};

/**
 * Collects the problems of an environment, as Problems lists them: one per object. A row that is unknown because its source was
 * not read counts with that source.
 */
export const collectSituationFindings = (input: SituationInput): CollectedFindings => {
  const { snapshot, dependencies } = input;
  const collecting: Collecting = {
    input,
    listed: new Set(Object.keys(dependencies).map((name) => name.toLowerCase())),
    held: lockHolders(snapshot.kinds.sessions.rows),
    lost: new Set(snapshot.faults.map(({ source }) => source)),
    labelsOf: seriesLabels(snapshot.signals),
    series: countSeries(snapshot.signals),
  };
  const collected: Collected = {
    findings: [],
    ok: new Tally(),
    hidden: new Tally(),
    awaited: new Set(),
    pending: [],
  };
  collectObjects(collecting, collected);
  collectSignals(collecting, collected);
  collectSources(collecting, collected);
  const { findings, ok, hidden, pending } = collected;
  const waiting = Math.max(
    collected.awaited.size,
    ...factKinds().map((kind) => snapshot.kinds[kind].waiting),
  );
  const hiddenRows = [...hidden.counts.values()].reduce((total, count) => total + count, 0);
  const absent = snapshot.signals.filter(isExpectedAbsence).length;
  return { findings, ok: ok.counts, hiddenRows, absent, waiting, pending };
};
