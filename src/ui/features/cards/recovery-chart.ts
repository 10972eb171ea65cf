import type { Millis } from '../../../domain/base/fault.ts';
import type { SignalRow } from '../../../domain/facts/snapshot.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import type { RunEnding } from '../../../domain/runs/run.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { signalsInCondition } from '../../../expressions/condition-match.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { valuesSince } from '../../../store/signal-history.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { type EnvironmentView, type RenderContext, toWallTime } from '../../shell/contract/render-context.ts';
import { actStartedAt } from '../../shell/state/current-run.ts';
import { findRunEvent } from '../run-words/run-text.ts';
import { renderSignalPlot } from '../signals/tile.ts';
import { timeMarks } from '../signals/tiles.ts';
import { titleWithUnit } from '../signals/values.ts';

const second: Millis = 1000;
/** The time before a run that shows the state which it ended, and the time after it, which shows that this lasts. */
const least: Millis = 60 * second;
const most: Millis = 10 * 60 * second;

/** Endings of runs that were executed to their end: others have no recovery to show. */
const executed: ReadonlySet<RunEnding> = new Set(['recovered', 'executed-not-recovered']);

/** The course of a signal around a run. */
export interface RecoveryChart {
  /** 'Error rate %' */
  readonly title: string;
  /** Renders it in exactly `width` × `height` cells. */
  lines(width: number, height: number): readonly StyledLine[];
}

/** A signal with a line, and its settings. */
interface Charted {
  readonly signal: SignalRow;
  readonly spec: SignalSpec;
}

/** The signals that the verification compares, then those whose titles are among what the run changed. */
const namedSignals = (run: RunView, signals: readonly SignalRow[]): readonly SignalRow[] => {
  const { verify } = run.runbook;
  const ids = new Set(
    (verify === 'none' ? [] : verify).flatMap(({ that }) =>
      that === undefined ? [] : [...signalsInCondition(that)],
    ),
  );
  const changed = new Set((findRunEvent(run, 'ended')?.changes ?? []).map(({ object }) => object));
  return [...signals.filter(({ id }) => ids.has(id)), ...signals.filter(({ title }) => changed.has(title))];
};

/** The signal that shows the recovery: one that the verification compares, or that the run changed. */
const symptomOf = (
  { facts, snapshot }: EnvironmentView,
  run: RunView,
  began: Millis,
  to: Millis,
): Charted | undefined => {
  const charted = (signal: SignalRow): readonly Charted[] => {
    const spec = facts.frame.signals.find(({ id }) => id === signal.id);
    const isSeen =
      valuesSince(facts, signal.key, began - most, began).length > 0 &&
      valuesSince(facts, signal.key, began, to).length > 1;
    return spec === undefined || typeof signal.value !== 'number' || !isSeen ? [] : [{ signal, spec }];
  };
  return namedSignals(run, snapshot.signals).flatMap(charted).at(0);
};

/**
 * Returns the chart of the symptom around an ended run: before it, the mark of the run, and after it. Undefined without readings
 * before and after it, and for a run that has not acted.
 */
export const recoveryChart = (view: RenderContext, run: RunView): RecoveryChart | undefined => {
  const { own, now } = view;
  const end = findRunEvent(run, 'ended');
  const began = actStartedAt(run);
  if (own === undefined || began === undefined || end === undefined || !executed.has(end.ending))
    return undefined;
  const to = Math.min(now, end.at + most);
  const symptom = symptomOf(own, run, began, to);
  if (symptom === undefined) return undefined;
  const spanMs = to - began + Math.min(most, Math.max(least, to - began));
  const { signal, spec } = symptom;
  const range = {
    ...{ to, spanMs: Math.ceil(spanMs / second) * second },
    ...(to === now ? {} : { end: formatClockTime(toWallTime(view, to)) }),
  };
  const alerts = timeMarks(view, now - to + spanMs).filter(({ letter }) => letter !== 'R');
  const marks = [...alerts, { at: began, letter: 'R', role: 'key' as const }];
  return {
    title: titleWithUnit(signal.title, spec.unit),
    lines: (width, height) => renderSignalPlot(view, { signal, spec, env: own, marks, width }, range, height),
  };
};
