import type { Level } from '../../../domain/facts/level.ts';
import type { SignalRow } from '../../../domain/facts/snapshot.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import { comparedName, fitName } from '../../kit/text/distinct-name.ts';
import { fitLine, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { EnvironmentView, RenderContext } from '../../shell/contract/render-context.ts';
import { matrixWindowMs } from './chart-window.ts';
import { renderSparkline, sparkRuns } from './spark.ts';
import { formatBound, splitValue } from './values.ts';

/** Cells of a sparkline: at least, and at most. */
const sparkCells = { least: 6, most: 18 };
const leastNameCells = 14;

/** A signal as the cells of a table. */
interface SignalCells {
  readonly signal: SignalRow;
  readonly spec: SignalSpec;
  readonly number: string;
  readonly unit: string;
  readonly limit: string;
}

/** The limit that is violated, otherwise the next one; '–' without limits. */
const limitOf = ({ threshold: { warn, crit }, unit }: SignalSpec, level: Level): string => {
  const bound = level === 'crit' ? (crit ?? warn) : (warn ?? crit);
  return bound === undefined ? '–' : formatBound(bound, unit);
};

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(widthOf));

const markOf = ({ pen }: RenderContext, { signal, spec: { threshold } }: SignalCells): StyledLine => {
  const isUnlimited = threshold.warn === undefined && threshold.crit === undefined;
  if (signal.stale) return [pen.glyph('stale', 'stale')];
  return isUnlimited && signal.level === 'ok'
    ? [pen.glyph('off', 'faint')]
    : [pen.glyph(signal.level, signal.level)];
};

/** Renders signals as a table without heads, `width` cells wide: level, name, value, its course, and the limit. */
export const renderSignalTable = (
  view: RenderContext,
  { facts }: EnvironmentView,
  signals: readonly SignalRow[],
  width: number,
): readonly StyledLine[] => {
  const { pen, now } = view;
  const rows = signals.flatMap((signal): readonly SignalCells[] => {
    const spec = facts.frame.signals.find(({ id }) => id === signal.id);
    if (spec === undefined) return [];
    return [{ signal, spec, ...splitValue(signal.value, spec.unit), limit: limitOf(spec, signal.level) }];
  });
  const numbers = widest(rows.map(({ number }) => number));
  const units = widest(rows.map(({ unit }) => unit));
  const limits = widest(rows.map(({ limit }) => limit));
  const longest = widest(rows.map(({ signal }) => signal.title));
  const others = 2 + 1 + numbers + (units === 0 ? 0 : units + 1) + 1 + 1 + limits;
  const room = width - others;
  const names = Math.max(leastNameCells, Math.min(longest, room - sparkCells.least));
  const cells = Math.max(sparkCells.least, Math.min(sparkCells.most, room - names));
  const compared = rows.map((row) => comparedName([pen.run(row.signal.title)]));
  const otherNames = (): typeof compared => compared;
  return rows.map((row): StyledLine => {
    const { signal, spec, number, unit, limit } = row;
    const role: TextRole = signal.stale ? 'stale' : signal.level === 'ok' ? 'plain' : signal.level;
    const spark = renderSparkline(spec, signal.key, facts, {
      ...{ now, spanMs: matrixWindowMs(view), cells, pen },
    });
    const name = pen.run(signal.title);
    const fitted = fitName([name], names, otherNames, pen.ellipsis);
    const line: StyledLine = [
      ...markOf(view, row),
      pen.run(' '),
      ...fitLine(fitted, names),
      pen.run(` ${number.padStart(numbers)}`, role),
      pen.run(units === 0 ? ' ' : ` ${unit.padEnd(units)} `, 'faint'),
      ...sparkRuns(spark, signal.stale),
      pen.run(` ${limit.padStart(limits)}`, 'faint'),
    ];
    return fitLine(line, width, 'plain', pen.ellipsis);
  });
};
