import { defined } from '../base/defined.ts';
import type { Millis } from '../base/fault.ts';
import type { Severity } from '../facts/severity.ts';
import { pluralize } from '../text/count-text.ts';
import { formatDuration, parseDuration } from '../text/duration.ts';
import type { DrillHint, DrillScore } from './drill.ts';
import { penaltyMs } from './drill.ts';

/** The targets of the profile's severity for the incident, as written: '15m', 'next business day'; '' when unset. */
export interface DrillTarget {
  /** 'P1'. */
  readonly severity: string;
  readonly respond: string;
  readonly escalate: string;
}

/** An incident of a simulated system, in one environment. */
export interface DrillSubject {
  readonly system: string;
  readonly env: string;
  readonly incident: string;
  /** The incident in words. */
  readonly title: string;
}

/** A drill in the history of a state directory. */
export interface DrillRecord extends DrillSubject {
  readonly id: string;
  /** Wall-clock ms of its start and of its end. Without an end it is running, or its process has died. */
  readonly at: Millis;
  readonly endedAt?: Millis;
  readonly who: string;
  /** The process that runs it. */
  readonly host: string;
  readonly pid: number;
  readonly start?: string;
  readonly place?: string;
  /** 'run': one `opsdeck run`, which observes no person and is compared only with its like. */
  readonly how: 'cockpit' | 'run';
  /** The incident was not shown until the end. */
  readonly blind: boolean;
  /** The seed of a random choice. */
  readonly seed?: number;
  readonly target?: DrillTarget;
  readonly score: DrillScore;
}

/** A scored drill, and the team's best of the same incident before it. */
export interface DrillResult {
  readonly record: DrillRecord;
  readonly best?: DrillRecord;
}

/** The progress of a drill. Names the incident only in the result. */
export interface DrillProgress {
  readonly isRunning: boolean;
  readonly isBlind: boolean;
  /** The score card opens by itself. */
  readonly opensCard: boolean;
  /** On the engine's clock. */
  readonly startedAt: Millis;
  readonly hasNoticed: boolean;
  readonly hints: readonly DrillHint[];
  /** Absent while it is running. */
  readonly result?: DrillResult;
}

/** The target of a severity, for a drill. */
export const drillTargetOf = ({ id, respond, escalate }: Severity): DrillTarget => ({
  severity: id,
  respond,
  escalate,
});

/** True if two drills are about the same incident. */
export const isSameDrill = (a: DrillSubject, b: DrillSubject): boolean =>
  a.system === b.system && a.env === b.env && a.incident === b.incident;

/** The fastest recovery in a cockpit (or by `opsdeck run`), penalties included; undefined if none has recovered. */
export const bestDrill = (
  records: readonly DrillRecord[],
  by: DrillRecord['how'] = 'cockpit',
): DrillRecord | undefined =>
  records
    .filter(({ how, score }) => how === by && score.totalMs !== undefined)
    .toSorted((a, b) => (a.score.totalMs ?? 0) - (b.score.totalMs ?? 0) || a.at - b.at)
    .at(0);

/** A time to the second: '8s', '2m12s'; an unknown one is '–', never 0. */
export const drillTime = (ms: Millis | undefined): string =>
  ms === undefined ? '–' : formatDuration(Math.round(ms / 1000) * 1000);

/** Whether a time is within a target; undefined where one of them is unknown or is no duration. */
const isWithin = (ms: Millis | undefined, target: string): boolean | undefined => {
  const limit = parseDuration(target);
  return ms === undefined || limit === undefined ? undefined : ms <= limit;
};

/** A line of a score card: texts of this drill, of the team's best and of the target; '' where there is none. */
export interface ScoreRow {
  readonly label: string;
  readonly value: string;
  readonly best: string;
  readonly target: string;
  /** True: the target was met; undefined: there is none, or it cannot be judged. */
  readonly isMet?: boolean;
}

/** A score card as data, for the screen, the terminal and exports. */
export interface ScoreCard {
  readonly outcome: string;
  readonly isRecovered: boolean;
  readonly rows: readonly ScoreRow[];
  readonly gates: string;
  /** The wrong turns, in words. */
  readonly wrongTurns: readonly string[];
  /** The score and its parts; a drill that has not recovered has none. */
  readonly total: string;
  /** Whom the best is from; '' without one. */
  readonly best: string;
}

const targetText = (target: DrillTarget | undefined, which: 'respond' | 'escalate'): string => {
  const text = target?.[which] ?? '';
  if (target === undefined || text === '') return '';
  // 'immediately' and other words are no period.
  const within = /^\d/.test(text) ? 'respond within' : 'respond';
  return which === 'respond'
    ? `${within} ${text} (${target.severity})`
    : `escalation: ${text} (${target.severity})`;
};

const totalText = ({ outcome, totalMs, recoveredMs, wrongTurns, hints }: DrillScore): string => {
  if (totalMs === undefined)
    return outcome === 'healed'
      ? 'there is no score, because no run verified the recovery'
      : 'there is no score, because the drill ended before the system recovered';
  const parts = [
    drillTime(recoveredMs),
    wrongTurns.length === 0
      ? ''
      : `${pluralize(wrongTurns.length, 'wrong turn')} × ${formatDuration(penaltyMs.wrongTurn)}`,
    hints === 0 ? '' : `${pluralize(hints, 'hint')} × ${formatDuration(penaltyMs.hint)}`,
  ].filter((part) => part !== '');
  return parts.length === 1 ? drillTime(totalMs) : `${drillTime(totalMs)} = ${parts.join(' + ')}`;
};

const gatesText = ({ gates: { passed, refused, overridden } }: DrillScore): string =>
  `${passed} passed, ${refused} refused, ${overridden} overridden`;

const timeRow = (
  label: string,
  ms: Millis | undefined,
  best: Millis | undefined,
  target = '',
  isMet?: boolean,
): ScoreRow => ({
  label,
  value: drillTime(ms),
  best: best === undefined ? '' : drillTime(best),
  target,
  ...defined({ isMet }),
});

/** 'RECOVERED by scale', 'ALL CLEAR by itself', 'ALL CLEAR after scale, not verified'. */
const outcomeText = ({ outcome, runbook = '', unproved }: DrillScore): string => {
  if (outcome === 'recovered') return `RECOVERED by ${runbook}`;
  if (outcome === 'not-recovered') return 'NOT RECOVERED';
  return unproved === undefined ? 'ALL CLEAR by itself' : `ALL CLEAR after ${unproved}, not verified`;
};

/** The score card of a drill. `best`: the team's best of the same incident, without this drill. */
export const scoreCard = ({ score, target }: DrillRecord, best: DrillRecord | undefined): ScoreCard => {
  const than = best?.score;
  const isRecovered = score.outcome === 'recovered';
  const count = (label: string, value: string, other: string): ScoreRow => ({
    label,
    value,
    best: than === undefined ? '' : other,
    target: '',
  });
  return {
    isRecovered,
    outcome: outcomeText(score),
    rows: [
      timeRow(
        'time to notice',
        score.noticedMs,
        than?.noticedMs,
        targetText(target, 'respond'),
        isWithin(score.noticedMs, target?.respond ?? ''),
      ),
      timeRow('time to diagnose', score.diagnosedMs, than?.diagnosedMs),
      timeRow('time to act', score.actedMs, than?.actedMs),
      timeRow(
        'time to recover',
        score.recoveredMs,
        than?.recoveredMs,
        targetText(target, 'escalate'),
        isWithin(score.recoveredMs, target?.escalate ?? ''),
      ),
      ...(score.healedMs === undefined ? [] : [timeRow('time to clear', score.healedMs, undefined)]),
      count('wrong turns', String(score.wrongTurns.length), String(than?.wrongTurns.length)),
      count('hints', String(score.hints), String(than?.hints)),
    ],
    gates: gatesText(score),
    wrongTurns: score.wrongTurns.map(({ is, text }) => `${is}: ${text}`),
    total: totalText(score),
    best: best === undefined ? '' : `${drillTime(best.score.totalMs)} by ${best.who}`,
  };
};

/** True while the incident of a blind drill must not be named. */
export const isHidden = ({ blind, endedAt }: Pick<DrillRecord, 'blind' | 'endedAt'>): boolean =>
  blind && endedAt === undefined;
