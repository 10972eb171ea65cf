import type { Fault, Millis } from '../domain/base/fault.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import type { Level } from '../domain/facts/level.ts';
import type { Snapshot } from '../domain/facts/snapshot.ts';
import { certainSince } from '../domain/facts/state-start.ts';
import type { Profile } from '../domain/profile/profile.ts';
import type { CheckRow } from '../kinds/define/define-kind.ts';
import type { IsoFormatter } from '../kinds/define/fields.ts';
import {
  type CheckReport,
  type CheckSituation,
  checkFault,
  checkRow,
  checkRowAsReported,
  checkSignal,
  isoFormatter,
} from '../kinds/registry/check-rows.ts';
import { factKinds, perKind } from '../kinds/registry/registry.ts';
import { situationSentence } from '../situation/sentence.ts';
import type { SituationSummary } from '../situation/situation.ts';
import { remedyFor } from './sources/fault-remedy.ts';

/** The exit code of `check` and `doctor`: 0 ok, 1 warn, 2 crit, 3 unknown. */
export const checkExitCode = (level: Level): number => ({ ok: 0, warn: 1, crit: 2, unknown: 3 })[level];

const rows = <K extends FactKind>(
  kind: K,
  { kinds }: Snapshot,
  iso: IsoFormatter,
  make: typeof checkRow,
): readonly CheckRow[] => kinds[kind].rows.map((row) => make(kind, row, iso));

/** The situation of a report. */
const checkSituation = (
  situation: SituationSummary,
  now: Millis,
  clockOffset: Millis,
  iso: IsoFormatter,
): CheckSituation => ({
  level: situation.level,
  sentence: situationSentence(situation, { now, clockOffset }),
  causes: situation.causes.map(({ kind, object, words, fact, level, start }) => {
    const since = certainSince(start);
    return { kind, object, state: words.verb, fact, level, since: since === undefined ? null : iso(since) };
  }),
  consequences: situation.consequences.count,
  others: situation.others.count,
});

/** The kinds of which every source has answered without a fault. */
export const completeKinds = ({ kinds }: Snapshot): readonly FactKind[] =>
  factKinds().filter((kind) => {
    const { isProvided, waiting, faults } = kinds[kind];
    return isProvided && waiting === 0 && faults.length === 0;
  });

/** A fault with the remedy for its reason, in the words of its source type. */
const withRemedyOf = (fault: Fault, { sources }: Profile): Fault => {
  const type = sources.find(({ id }) => id === fault.source)?.type;
  const remedy = type === undefined ? fault.remedy : remedyFor(fault, type);
  return remedy === undefined ? fault : { ...fault, remedy };
};

/**
 * Returns the report of a snapshot: plain JSON values, times in ISO 8601 UTC of the machine's clock (`clockOffset` is
 * added to ours), unknown numbers as null. Statuses are in lower case, for people (`isText`) in the spelling of their system.
 */
export const checkReport = (
  snapshot: Snapshot,
  profile: Profile,
  clockOffset: number,
  isText = false,
  situation?: SituationSummary,
): CheckReport => {
  const iso = isoFormatter(clockOffset);
  const make = isText ? checkRowAsReported : checkRow;
  return {
    opsdeck: 1,
    system: profile.system,
    env: profile.env,
    at: iso(snapshot.at),
    level: snapshot.level,
    ...(situation === undefined
      ? {}
      : { situation: checkSituation(situation, snapshot.at, clockOffset, iso) }),
    signals: snapshot.signals.map((row) => checkSignal(row, snapshot.at, iso)),
    ...perKind((kind) => rows(kind, snapshot, iso, make)),
    faults: snapshot.faults.map((fault) => checkFault(withRemedyOf(fault, profile), iso)),
  };
};
