import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { levelRank } from '../../domain/facts/level.ts';
import type { SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import { judgeThresholdOnce } from '../../domain/facts/threshold.ts';
import type { DeclaredEffect } from '../../domain/runbooks/operation.ts';
import { decisiveLoss, type FormerFacts, factsWithGone } from '../../expressions/witness/former.ts';
import { removedText } from '../../expressions/witness/origin.ts';
import { incomparableText, lessTrafficText, oldPeriodText } from '../../expressions/witness/unproven.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { deriveAgain } from '../../store/derive-again.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { partsFeeds } from '../evidence/check-feeds.ts';
import { createEvidenceReader } from './evidence-reader.ts';
import type { IncidentRow } from './incident-rows.ts';

/** Shows whether signals among the findings look well only because a part of what they are computed from is gone. */
export interface FindingParts {
  /** Reads the parts, for 3 s at most, unless they were read less than `everyMs` ago and since `actedAt`. Never rejects. */
  read(signal: AbortSignal, everyMs: Millis, actedAt: Millis | undefined): Promise<void>;
  /** Explains why the value of now does not show that a finding is cleared; undefined: it does, or the finding is no signal. */
  problem(
    finding: IncidentRow,
    now: Snapshot,
    actedAt: Millis | undefined,
  ): Pick<IncidentRow, 'why' | 'missing'> | undefined;
}

interface Parts {
  readonly engine: EnvironmentReader;
  readonly clock: Clock;
  /** The rows that the run ends or replaces. */
  readonly effects: readonly DeclaredEffect[];
}

/** The value of a signal shows nothing about its problem yet. */
const early = ({ id, source }: SignalRow, why: string): Pick<IncidentRow, 'why' | 'missing'> => ({
  why,
  missing: { is: 'early', object: id, source },
});

/** The series behind a signal have not been read. */
const unread = (
  signal: string,
  source: string | undefined,
  why: string,
): Pick<IncidentRow, 'why' | 'missing'> => ({
  why: `the series that ${signal} is computed from ${why}`,
  missing: {
    is: 'unread',
    object: `the series that ${signal} is computed from`,
    ...defined({ source }),
  },
});

/** Creates the comparison with the snapshot `atStart`. */
export const createFindingParts = (
  findings: readonly IncidentRow[],
  atStart: Snapshot,
  { engine, clock, effects }: Parts,
): FindingParts => {
  const { signals } = engine.profile;
  const ids = findings.flatMap(({ of }) => ('signal' in of ? [of.signal] : []));
  const partsOf = (signal: string) => partsFeeds([signal], engine.feeds, signals);
  const evidence = createEvidenceReader(engine, clock);
  let before = atStart;
  let made: { readonly now: Snapshot; readonly before: Snapshot; readonly former: FormerFacts } | undefined;

  const formerOf = (now: Snapshot, actedAt: Millis): FormerFacts => {
    if (made?.now !== now || made.before !== before) {
      const derive = deriveAgain(engine.facts.getState().frame, clock.now());
      made = {
        now,
        before,
        former: factsWithGone(now, before, { effects, known: atStart, derive }, actedAt),
      };
    }
    return made.former;
  };

  const isProblem = (row: SignalRow | undefined, signal: string): boolean => {
    const spec = signals.find(({ id }) => id === signal);
    if (row === undefined || spec === undefined) return false;
    if (row.value === undefined) return true;
    return levelRank[judgeThresholdOnce(row.value, spec.threshold, clock.now()).level] >= levelRank.warn;
  };

  const unprovenText = (row: SignalRow, was: SignalRow | undefined, actedAt: Millis): string | undefined =>
    removedText(row, was, effects) ?? oldPeriodText(row, actedAt) ?? lessTrafficText(row, was);

  return {
    read: async (signal, everyMs, actedAt) => {
      const feeds = partsFeeds(ids, engine.feeds, signals).map(({ id }) => id);
      const isRead = await evidence.read(feeds, signal, everyMs, actedAt);
      if (isRead && actedAt === undefined) before = { ...atStart, signals: engine.snapshot().signals };
    },
    problem: ({ key, of }, now, actedAt) => {
      if (actedAt === undefined || !('signal' in of)) return undefined;
      const { signal } = of;
      const isThere = ({ key: other }: SignalRow): boolean => `signal ${other}` === key;
      const row = now.signals.find(isThere);
      const was = before.signals.find(isThere);
      const reset = row && incomparableText(row, was);
      if (row !== undefined && reset !== undefined) return early(row, reset);
      if (row?.partsProblem !== undefined)
        return unread(signal, row.source, `could not be read: ${row.partsProblem}`);
      if (partsOf(signal).some(({ id }) => evidence.beganOf(id) <= actedAt))
        return unread(signal, row?.source, 'have not been read since the action');
      const unproven = row && unprovenText(row, was, actedAt);
      if (row !== undefined && unproven !== undefined) return early(row, unproven);
      const former = formerOf(now, actedAt);
      const isLost = ({ signals: rows }: Snapshot): boolean => {
        const would = rows.find(isThere);
        return would?.value !== row?.value && isProblem(would, signal);
      };
      return former.lost.length > 0 && isLost(former.snapshot) ? decisiveLoss(former, isLost) : undefined;
    },
  };
};
