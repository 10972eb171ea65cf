import type { Millis } from '../../../../domain/base/fault.ts';
import { pluralize } from '../../../../domain/text/count-text.ts';
import { formatAge } from '../../../../domain/text/duration.ts';
import { formatCount } from '../../../../domain/text/format.ts';
import { rowKind } from '../../../../logs/format/parsed-line.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { renderSectionRule } from '../../../kit/components/section-rule.ts';
import { justifyLine, lineWidth, type StyledLine } from '../../../kit/text/line.ts';
import { type RenderContext, wallNow } from '../../../shell/contract/render-context.ts';
import { ruleLook } from '../../../shell/layout/rule-look.ts';
import { memoizePerObject } from '../../../shell/state/memoize.ts';
import { type LogRowLayout, leadCells, levelCells, loggerOf, streamColorRole } from './render-row.ts';
import { errorLevelCode, ringRowHead, warnLevelCode } from './ring-row.ts';
import { timeColumnWidth } from './time-format.ts';
import { isRepeat, linesOfRow } from './visible-rows.ts';

/** The rule above a part of the pane, with its title: '─ Opened line · billing-0 · 10:14:58.036 UTC ────'. */
export const sectionRule = (
  view: RenderContext,
  title: StyledLine,
  width: number,
  note: StyledLine = [],
): StyledLine => {
  const look = ruleLook(view);
  return renderSectionRule(view.pen, { title, note, look, role: look.focused }, width);
};

/** Cells of a rule beside its title and its note. */
const minRuleCells = 12;

/** Streams in the legend of equal lines; more are counted. */
const mostInLegend = 4;

/** The end of the name of a stream, in which those of one workload differ: 'cwsb9'. */
const endOfName = (label: string): string => label.slice(label.lastIndexOf('-') + 1);

/** '×3: the same line in ● billing-0 ● billing-1': the streams of the shown lines that several wrote; [] without one. */
const legendOf = ({ pen }: RenderContext, logs: LogsState, ids: readonly number[]): StyledLine => {
  const counts = ids.map((id) => linesOfRow(logs, id));
  const most = Math.max(0, ...counts.map(({ length }) => length));
  if (most < 2) return [];
  const streams = new Set(
    counts
      .filter(({ length }) => length > 1)
      .flat()
      .flatMap((line) => ringRowHead(logs.ring, line)?.stream ?? []),
  );
  const shown = [...streams].toSorted((a, b) => a - b).slice(0, mostInLegend);
  return [
    pen.run(`${pen.ascii ? 'x' : '×'}${most}: the same line in`, 'faint'),
    ...shown.flatMap((stream) => [
      pen.run(' '),
      pen.glyph('ok', streamColorRole(stream)),
      pen.run(` ${endOfName(logs.streams[stream]?.label ?? '?')}`, 'faint'),
    ]),
    pen.run(streams.size > shown.length ? ` +${streams.size - shown.length}` : '', 'faint'),
  ];
};

/** The shown lines without their continuations: their number, their distinct ones, and those of level ERROR and above, and WARN. */
interface LineCounts {
  readonly entries: number;
  readonly groups: number;
  readonly errors: number;
  readonly warnings: number;
}

/** Maximum shown lines to count one by one. */
const mostCounted = 2000;

const memoized = memoizePerObject<LineCounts | undefined>();

/** Counts the shown lines; undefined if they are too many. Memoized. */
const countLines = (logs: LogsState): LineCounts | undefined => {
  const { filteredView, ring, arrangement } = logs;
  return memoized(filteredView, [filteredView.version, ring.version, arrangement], () => {
    if (filteredView.shown > mostCounted) return undefined;
    const counts = { entries: 0, groups: 0, errors: 0, warnings: 0 };
    for (let id = filteredView.after(ring.first - 1); id !== undefined; id = filteredView.after(id)) {
      const head = ringRowHead(ring, id);
      if (head?.kind !== rowKind.line) continue;
      counts.entries++;
      if (!isRepeat(logs, id)) counts.groups++;
      if (head.level >= errorLevelCode) counts.errors++;
      else if (head.level === warnLevelCode) counts.warnings++;
    }
    return counts;
  });
};

/** '75 lines · 9 entries in 3 groups · ✗ 6 errors ▲ 3 warnings' */
const countsTitle = ({ pen }: RenderContext, logs: LogsState): StyledLine => {
  const { shown } = logs.filteredView;
  const counts = countLines(logs);
  const lines = pen.run(`${formatCount(shown)} ${shown === 1 ? 'line' : 'lines'}`, 'bold');
  if (counts === undefined) return [lines];
  const { entries, groups, errors, warnings } = counts;
  const own = entries === shown ? '' : ` · ${formatCount(entries)} ${entries === 1 ? 'entry' : 'entries'}`;
  const folded = groups === entries ? '' : ` in ${pluralize(groups, 'group')}`;
  return [
    lines,
    pen.run(`${own}${folded}${errors + warnings === 0 ? '' : ' ·'}`, 'faint'),
    ...(errors === 0
      ? []
      : [pen.run(' '), pen.glyph('crit', 'crit'), pen.run(` ${pluralize(errors, 'error')}`, 'crit')]),
    ...(warnings === 0
      ? []
      : [pen.run(' '), pen.glyph('warn', 'warn'), pen.run(` ${pluralize(warnings, 'warning')}`, 'warn')]),
  ];
};

/** The rule between the histogram and the lines: their number, and the streams of equal ones if there is room. */
const linesRule = (
  view: RenderContext,
  logs: LogsState,
  ids: readonly number[],
  width: number,
): StyledLine => {
  const title = countsTitle(view, logs);
  const note = legendOf(view, logs, ids);
  return sectionRule(
    view,
    title,
    width,
    lineWidth(note) > width - lineWidth(title) - minRuleCells ? [] : note,
  );
};

/** The heads of the columns of lines. */
const columnHeads = (
  { pen }: RenderContext,
  logs: LogsState,
  ids: readonly number[],
  form: LogRowLayout,
): StyledLine => {
  const { time, stream, hasLevelWords, columns, hasLogger, width } = form;
  const cells = hasLevelWords ? levelCells.word : levelCells.glyph;
  const left = [
    ' '.repeat(leadCells),
    'TIME'.padEnd(timeColumnWidth(time) + 1),
    stream === 0 ? '' : 'STREAM'.padEnd(stream + 1),
    // The word of a level follows its glyph.
    (hasLevelWords ? '  LEVEL' : '').padEnd(cells),
    ...columns.map((column) => pen.cut(column.name.toUpperCase(), column.cells).padEnd(column.cells + 1)),
    'MESSAGE',
  ].join('');
  const hasLoggers = hasLogger && ids.some((id) => loggerOf(logs, id, form) !== undefined);
  const right = hasLoggers ? [pen.run('LOGGER ', 'faint')] : [];
  return justifyLine([pen.run(left, 'faint')], right, width, 'plain', pen.ellipsis);
};

/** The rule and the column heads above the lines `ids`. */
export const linesHead = (
  view: RenderContext,
  logs: LogsState,
  ids: readonly number[],
  form: LogRowLayout,
): readonly StyledLine[] => [linesRule(view, logs, ids, form.width), columnHeads(view, logs, ids, form)];

/** A time without lines from which on it is said. */
const quietMs: Millis = 10_000;

/** '-- no lines for 14s, 3 of 3 streams not live --', below the newest line; undefined during time travel, or after a new line. */
export const quietLine = (view: RenderContext, logs: LogsState): StyledLine | undefined => {
  const { pen, past } = view;
  const newest = ringRowHead(logs.ring, logs.ring.end - 1);
  if (past !== undefined || newest === undefined) return undefined;
  const quiet = wallNow(view) - newest.at;
  if (quiet < quietMs) return undefined;
  const off = logs.streams.filter(({ state }) => state !== 'live' && state !== 'opening').length;
  const streams = off === 0 ? '' : `, ${off} of ${pluralize(logs.streams.length, 'stream')} not live`;
  return [pen.run(`   -- no lines for ${formatAge(quiet)}${streams} --`, 'faint')];
};
