import type { Level } from '../../../domain/facts/level.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatCount } from '../../../domain/text/format.ts';
import type { SituationSummary } from '../../../situation/situation.ts';
import { fitWords, justifyLine, lineWidth, type StyledLine, type StyledRun } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import { levelNames, levelWords } from '../../kit/theme/glyphs.ts';
import { paneState } from '../contract/model.ts';
import { countWithFolded } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { orderText } from '../panes/order.ts';
import { levelFilterLabels } from '../panes/pane-query.ts';
import { filterMatchText } from '../panes/title.ts';
import { viewSituation } from '../state/view-situation.ts';
import { renderSituationRow, renderSituationRows, situationMark } from './situation-bar.ts';

/** Minimum terminal width for wide gaps and for who is on call. */
const roomy = 100;

/** Minimum width for a reason; less is not readable. */
const minReasonCells = 16;

/**
 * Renders '✗ 7 CRIT   ▲ 11 WARN   ▲ 1 PENDING   ? 3 UNKNOWN', or the number of OK rows if there is nothing else: what Problems
 * lists, so that everything counted can be opened. Pending rows do not count as OK.
 */
export const levelCounts = (view: RenderContext, gap: string, isShort = false): StyledLine => {
  const { pen, own } = view;
  if (own === undefined) return [];
  const levels = view.features.header.countFindings(view);
  const countText = (count: number, level: Level, word: string): StyledLine =>
    count === 0
      ? []
      : [pen.run(gap), pen.glyph(level, level), pen.run(isShort ? ` ${count}` : ` ${count} ${word}`, level)];
  const of = (level: Level): StyledLine => countText(levels[level], level, levelWords[level]);
  const notOk = [
    ...of('crit'),
    ...of('warn'),
    ...countText(levels.pending, 'warn', 'PENDING'),
    ...of('unknown'),
  ];
  return notOk.length > 0 ? notOk : of('ok');
};

/** Minimum terminal width for the words of levels beside the number of problems. */
const wide = 140;

/** ' ✗ 7 critical ▲ 11 warning ▲ 1 pending ? 3 unknown': what Problems lists, in words. */
const wordedCounts = (view: RenderContext): StyledLine => {
  const { pen } = view;
  const counts = view.features.header.countFindings(view);
  const parts: readonly (readonly [count: number, level: Level, word: string])[] = [
    [counts.crit, 'crit', levelNames.crit],
    [counts.warn, 'warn', levelNames.warn],
    [counts.pending, 'warn', 'pending'],
    [counts.unknown, 'unknown', levelNames.unknown],
  ];
  return parts.flatMap(([count, level, word]) =>
    count === 0 ? [] : [pen.run(' '), pen.glyph(level, level), pen.run(` ${count} ${word}`, level)],
  );
};

/** The number of findings that Problems lists. */
const problemCount = (view: RenderContext): number => {
  const { crit, warn, pending, unknown } = view.features.header.countFindings(view);
  return crit + warn + pending + unknown;
};

/** The situation beside the counts of a pane: nothing where all is clear, and what is missing where nothing else is wrong. */
const reason = (
  { pen }: RenderContext,
  { level, causes, brief, fact }: SituationSummary,
  room: number,
): StyledLine => {
  if (level === 'ok') return [];
  if (causes.length === 0) return [pen.run(fact, level)];
  // The beginning of a fact alone says nothing.
  const isRoomForFact = fact !== '' && room - widthOf(brief) >= minReasonCells;
  return [pen.run(brief, level), pen.run(isRoomForFact ? ` – ${fact}` : '')];
};

/** The location: 'overview', or the main pane with its filter and, unless brief, its order. */
const placeRuns = (view: RenderContext, isBrief = false): readonly StyledRun[] => {
  const { ui, pen, cockpit, own } = view;
  if (cockpit.open === undefined && cockpit.profileErrors !== undefined) return [];
  const mark = view.past === undefined ? [] : [pen.run(' PAST ', 'past')];
  if (ui.place === 'overview') return [...mark, pen.run(' overview', 'bold')];
  const pane = view.features.panes.byId(ui.place);
  const { filter, least } = paneState(ui, pane.id);
  const wantedQueryResult = pane.query(view);
  const { rows, all } = wantedQueryResult;
  const number =
    least === undefined ? formatCount(all) : `${formatCount(countWithFolded(rows))} of ${formatCount(all)}`;
  // Without facts the row count is unknown rather than 0.
  const counted = own === undefined && all === 0 ? '' : number;
  const count = filter === '' ? counted : filterMatchText(wantedQueryResult, pen.maskTyped(filter));
  const ordered = isBrief ? '' : orderText(pane.orders, paneState(ui, pane.id));
  const other = ui.split?.panes.find((id) => id !== pane.id);
  const beside = other === undefined ? '' : `beside ${view.features.panes.byId(other).title}`;
  const level = least === undefined ? '' : levelFilterLabels[least];
  const how = [count, level, ordered, beside].filter((part) => part !== '');
  return [...mark, pen.run(` ${pane.title}`, 'bold'), pen.run(`  ${how.join('  ')}`, 'faint')];
};

/** True if the rows of the main pane are in another order than the pane's own. */
const isOrderChosen = ({ ui, features }: RenderContext): boolean => {
  if (ui.place === 'overview') return false;
  const { orders, id } = features.panes.byId(ui.place);
  return orderText(orders, paneState(ui, id)) !== orders[0];
};

/** The number of overdue checklists. */
const overdueChecklists = ({ cockpit, pen, past, columns }: RenderContext): StyledLine => {
  const count = (cockpit.checklists ?? []).filter(({ isOverdue }) => isOverdue).length;
  if (count === 0 || past !== undefined) return [];
  const text = columns >= roomy ? `${pluralize(count, 'checklist')} overdue` : `${count} overdue`;
  return [pen.run('  '), pen.run(text, 'warn')];
};

/** Texts at the end of the situation: overdue checklists, and where nothing is wrong who is on call. */
const endOf = (view: RenderContext, isClear: boolean): StyledLine => {
  const onCall = view.columns < roomy || !isClear ? [] : view.features.header.onCall(view);
  return [
    ...(lineWidth(onCall) === 0 ? [] : [view.pen.run('   '), ...onCall]),
    ...overdueChecklists(view),
    view.pen.run(' '),
  ];
};

/** The situation of the overview: its panes have their names themselves. */
const overviewSummary = (view: RenderContext, situation: SituationSummary): readonly StyledLine[] => {
  const isClear = situation.causes.length === 0;
  const end = endOf(view, isClear);
  if (!isClear)
    return renderSituationRows(view, situation, {
      counts: view.columns >= wide ? wordedCounts(view) : levelCounts(view, ' ', true),
      end,
      problems: problemCount(view),
    });
  const gap = view.columns >= roomy ? '   ' : '  ';
  // The fact of a clear situation begins with the count.
  const counts =
    situationMark(situation) === 'ok'
      ? { long: [], short: [] }
      : { long: levelCounts(view, gap), short: levelCounts(view, ' ', true) };
  return [renderSituationRow(view, situation, { counts, end })];
};

/** The summary of a pane: its location, the counts per level, the situation as far as there is room, and who is on call. */
const paneSummary = (view: RenderContext, situation: SituationSummary | undefined): StyledLine => {
  const { pen, columns } = view;
  const gap = columns >= roomy ? '   ' : '  ';
  const counts = levelCounts(view, gap);
  const overdue = overdueChecklists(view);
  const isClear = situation === undefined || situation.level === 'ok';
  const roomFor = (line: StyledLine): number => columns - lineWidth(line) - lineWidth(counts) - gap.length;
  const place = placeRuns(view);
  const wholeReason = isClear ? 0 : lineWidth(reason(view, situation, columns));
  // The order of the rows is worth less than the reason for the level, unless it was chosen.
  const least = isOrderChosen(view) ? minReasonCells : wholeReason + 1;
  const isBrief = !isClear && roomFor([...place, ...overdue]) < least;
  const left = [...(isBrief ? placeRuns(view, true) : place), ...counts];
  const own = [...overdue, pen.run(' ')];
  const onCall = columns < roomy ? [] : view.features.header.onCall(view);
  const spare = columns - lineWidth(left) - lineWidth(own) - lineWidth(onCall) - 2 * gap.length;
  // The reason for the level matters more than the person on call.
  const end = lineWidth(onCall) === 0 || spare < minReasonCells ? own : [pen.run(gap), ...onCall, ...own];
  const room = columns - lineWidth(left) - lineWidth(end) - gap.length;
  const why = room < minReasonCells || situation === undefined ? [] : reason(view, situation, room);
  const right = lineWidth(why) > room ? fitWords(why, room, 'plain', pen.ellipsis) : why;
  return justifyLine(left, [...right, ...end], columns, 'plain', pen.ellipsis);
};

/** Renders the rows below the header: of the overview the situation, of a pane its location and the situation in one row. */
export const renderSummary = (view: RenderContext): readonly StyledLine[] => {
  const situation = viewSituation(view);
  return view.ui.place === 'overview' && situation !== undefined
    ? overviewSummary(view, situation)
    : [paneSummary(view, situation)];
};
