import type { Millis } from '../../../domain/base/fault.ts';
import type { JournalEntry } from '../../../domain/facts/journal.ts';
import { type Level, worseLevel } from '../../../domain/facts/level.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import { formatAge, formatDuration } from '../../../domain/text/duration.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { levelWords } from '../../kit/theme/glyphs.ts';
import { paneState } from '../../shell/contract/model.ts';
import { type EnvironmentView, type RenderContext, toWallTime } from '../../shell/contract/render-context.ts';
import { wordRole } from '../../shell/panes/problem.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { renderSparkline } from '../signals/spark.ts';

/** The level of a row over time, oldest step first; undefined where unknown. */
interface LevelHistory {
  readonly steps: readonly (Level | undefined)[];
  /** The level changes, newest first. */
  readonly changes: readonly JournalEntry[];
}

interface LevelHistorySpan {
  readonly now: Millis;
  readonly spanMs: Millis;
  readonly steps: number;
}

/** The current level of a row. */
interface CurrentLevel {
  readonly key: string;
  readonly level: Level;
  readonly since?: Millis;
}

interface LevelInterval {
  readonly from: Millis;
  readonly to: Millis;
  readonly level: Level;
}

const isOf =
  (key: string) =>
  ({ kind, row }: JournalEntry): boolean =>
    kind === 'verdict' && row === key;

/**
 * The intervals between level changes. The level before the first recorded change is unknown. Without any change, the
 * current level extends back to `since`.
 */
const levelIntervals = (
  journal: readonly JournalEntry[],
  row: CurrentLevel,
  now: Millis,
): readonly LevelInterval[] => {
  const changes = journal.filter(isOf(row.key));
  if (changes.length === 0)
    return row.since === undefined ? [] : [{ from: row.since, to: now, level: row.level }];
  return changes.map((change, index) => ({
    from: change.at,
    to: changes[index + 1]?.at ?? now,
    level: change.level,
  }));
};

/** The worst level of the rows in each step of the last `spanMs`, with the changes. `journal`: oldest first. */
export const levelHistory = (
  journal: readonly JournalEntry[],
  rows: readonly CurrentLevel[],
  { now, spanMs, steps }: LevelHistorySpan,
): LevelHistory => {
  const known = journal.filter(({ at }) => at <= now);
  const intervals = rows.flatMap((row) => levelIntervals(known, row, now));
  const stepMs = spanMs / steps;
  const levels = Array.from({ length: steps }, (_, index): Level | undefined => {
    const from = now - spanMs + index * stepMs;
    const to = now - spanMs + (index + 1) * stepMs;
    return intervals
      .filter((interval) => interval.from < to && interval.to >= from)
      .reduce<Level | undefined>(
        (worst, { level }) => (worst === undefined ? level : worseLevel(worst, level)),
        undefined,
      );
  });
  const changes = known.filter((entry) => rows.some(({ key }) => isOf(key)(entry)));
  return { steps: levels, changes: changes.filter(({ at }) => at >= now - spanMs).toReversed() };
};

/** The last time a row that is not OK was OK, according to the journal. */
export const lastOkAt = (
  journal: readonly JournalEntry[],
  { key, level }: CurrentLevel,
): Millis | undefined => {
  if (level === 'ok') return undefined;
  const changes = journal.filter(isOf(key));
  const lastOk = changes.findLastIndex((change) => change.level === 'ok');
  const nextChange = changes[lastOk + 1];
  return lastOk >= 0 || /^(up|ok)\b/i.test(nextChange?.change ?? '') ? nextChange?.at : undefined;
};

const spanMs = 6 * 3_600_000;
const maxHistoryCells = 96;
/** Maximum level changes to list. */
const maxChanges = 8;

export const isHistoryShown = (view: RenderContext): boolean =>
  paneState(view.ui, 'health').options?.history === 1;

/** The signal of the same source that measures the latency of this check. */
const latencySpec = ({ facts }: EnvironmentView, row: Row<'health'>): SignalSpec | undefined =>
  facts.frame.signals.find(
    ({ source, read }) =>
      source === row.fact.source && (read.latency === row.fact.service || read.latency === row.fact.instance),
  );

const latencyLines = (
  view: RenderContext,
  env: EnvironmentView,
  row: Row<'health'>,
  cells: number,
): readonly StyledLine[] => {
  const { pen, now } = view;
  const spec = latencySpec(env, row);
  if (spec === undefined)
    return [
      [
        pen.run(
          '   latency  no latency signal is configured. Add one with read: { latency: CHECK }',
          'faint',
        ),
      ],
    ];
  const key = env.snapshot.signals.find(({ id }) => id === spec.id)?.key ?? spec.id;
  const { text: line } = renderSparkline(spec, key, env.facts, { now, spanMs, cells, pen });
  return [[pen.run('   latency  ', 'faint'), pen.run(line), pen.run(`  ${spec.unit}`, 'faint')]];
};

/** Renders the level history of a row: a line of levels, the latency, and the changes with their times. */
export const healthHistoryLines = (
  view: RenderContext,
  name: string,
  env: EnvironmentView,
  rows: readonly Row<'health'>[],
): readonly StyledLine[] => {
  const { pen, now, cockpit } = view;
  const [worst] = rows;
  if (worst === undefined) return [];
  const cells = Math.max(12, Math.min(maxHistoryCells, view.columns - 40));
  const isOwn = name === cockpit.open?.env;
  const past = levelHistory(isOwn ? cockpit.journal : [], rows, {
    now,
    spanMs,
    steps: cells,
  });
  const strip = past.steps.map((level) =>
    level === undefined ? pen.run('·', 'stale') : pen.glyph(level, level),
  );
  const changeLines = past.changes
    .slice(0, maxChanges)
    .map(
      ({ at, level, change }): StyledLine => [
        pen.run(`   ${formatClockTime(toWallTime(view, at))}  `, 'faint'),
        pen.glyph(level, level),
        pen.run(` ${levelWords[level]}`, wordRole(level)),
        pen.run(`  ${change}  `),
        pen.run(`${formatAge(now - at)} ago`, 'faint'),
      ],
    );
  const more = past.changes.length - maxChanges;
  const none = isOwn
    ? 'the level did not change in this period'
    : `switch to ${name} to see the changes: press ${boundKey(view.cockpit, 'environment', 'e')}`;
  return [
    [
      pen.run(`   level    `, 'faint'),
      ...strip,
      pen.run(`  last ${formatDuration(spanMs)}, · unknown`, 'faint'),
    ],
    ...latencyLines(view, env, worst, cells),
    ...(changeLines.length === 0 ? [[pen.run(`   ${none}`, 'faint')]] : changeLines),
    ...(more > 0 ? [[pen.run(`   ${more} more · J changes`, 'faint')]] : []),
  ];
};
