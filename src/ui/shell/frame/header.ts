import type { Level } from '../../../domain/facts/level.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatClockTime, formatCount } from '../../../domain/text/format.ts';
import type { SituationSummary } from '../../../situation/situation.ts';
import { formatDate, formatElapsed } from '../../kit/text/format.ts';
import { fitWords, justifyLine, lineWidth, type StyledLine, type StyledRun } from '../../kit/text/line.ts';
import { formatPastTime, formatTimeAgo } from '../../kit/text/past-time.ts';
import { widthOf } from '../../kit/text/width.ts';
import { levelWords } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { paneState } from '../contract/model.ts';
import { countWithFolded } from '../contract/pane-row.ts';
import { type RenderContext, type TimeTravelState, wallNow } from '../contract/render-context.ts';
import { orderText } from '../panes/order.ts';
import { levelFilterLabels } from '../panes/pane-query.ts';
import { filterMatchText } from '../panes/title.ts';
import { environmentLabel, environmentRole } from '../state/environment-label.ts';
import { boundKey } from '../state/keys-in-text.ts';
import { viewSituation } from '../state/view-situation.ts';
import { freshnessText, newestFaults } from './freshness.ts';
import { renderSituationBar, situationMark } from './situation-bar.ts';
import { statusMarks } from './status-marks.ts';

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

const incident = (view: RenderContext): StyledLine => {
  const { open, drill } = view.cockpit;
  const isBlind = drill?.isRunning === true && drill.isBlind;
  const text = isBlind ? 'blind drill' : open?.incident === undefined ? '' : `drill ${open.incident}`;
  // The drill is running now; it may not have been at the displayed past time.
  return text === '' || view.past !== undefined
    ? []
    : [view.pen.run('  '), view.pen.run(` ${text} `, 'armed')];
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

/** The situation of the overview: its panes have their names themselves. */
const overviewSummary = (view: RenderContext, situation: SituationSummary): StyledLine => {
  const { pen, columns, past } = view;
  const gap = columns >= roomy ? '   ' : '  ';
  const practice = [...overdueChecklists(view), ...incident(view)];
  const mark = past === undefined ? [] : [pen.run(gap), pen.run(' PAST ', 'past')];
  const news = view.features.header.incident(view, Math.floor(columns / 2) - lineWidth(practice));
  const onCall = columns < roomy || situation.causes.length > 0 ? [] : view.features.header.onCall(view);
  return renderSituationBar(view, situation, {
    // The fact of a clear situation begins with the count.
    counts:
      situationMark(situation) === 'ok'
        ? { long: [], short: [] }
        : { long: levelCounts(view, gap), short: levelCounts(view, ' ', true) },
    end: [
      ...(lineWidth(onCall) === 0 ? [] : [pen.run(gap), ...onCall]),
      ...mark,
      ...news,
      ...practice,
      pen.run(' '),
    ],
  });
};

/**
 * Renders the second row: of the overview the situation; of a pane its location, the counts per level, the situation as far as there
 * is room, overdue checklists, and who is on call.
 */
export const renderSummary = (view: RenderContext): StyledLine => {
  const situation = viewSituation(view);
  if (view.ui.place === 'overview' && situation !== undefined) return overviewSummary(view, situation);
  const { pen, columns } = view;
  const gap = columns >= 100 ? '   ' : '  ';
  const counts = levelCounts(view, gap);
  const practice = [...overdueChecklists(view), ...incident(view)];
  const isClear = situation === undefined || situation.level === 'ok';
  const roomFor = (line: StyledLine): number => columns - lineWidth(line) - lineWidth(counts) - gap.length;
  const place = placeRuns(view);
  const wholeReason = isClear ? 0 : lineWidth(reason(view, situation, columns));
  // The order of the rows is worth less than the reason for the level, unless it was chosen.
  const least = isOrderChosen(view) ? minReasonCells : wholeReason + 1;
  const isBrief = !isClear && roomFor([...place, ...practice]) < least;
  const left = [...(isBrief ? placeRuns(view, true) : place), ...counts];
  const drill = [
    ...view.features.header.incident(view, columns - lineWidth(left) - lineWidth(practice)),
    ...practice,
    pen.run(' '),
  ];
  const onCall = columns < roomy ? [] : view.features.header.onCall(view);
  const spare = columns - lineWidth(left) - lineWidth(drill) - lineWidth(onCall) - 2 * gap.length;
  // The reason for the level matters more than the person on call.
  const end = lineWidth(onCall) === 0 || spare < minReasonCells ? drill : [pen.run(gap), ...onCall, ...drill];
  const room = columns - lineWidth(left) - lineWidth(end) - gap.length;
  const why = room < minReasonCells || situation === undefined ? [] : reason(view, situation, room);
  const right = lineWidth(why) > room ? fitWords(why, room, 'plain', pen.ellipsis) : why;
  return justifyLine(left, [...right, ...end], columns, 'plain', pen.ellipsis);
};

/** Minimum terminal width for the date and wider gaps. */
const roomy = 100;

/** Minimum width for a part of the arming reason. */
const minArmingReasonCells = 4;
/** Width of the countdown '14:52'. */
const countCells = 5;
/** Width of ' ARMED 14:52: a reason '. */
const minArmedCells = 24;

/** The arming state with countdown and reason. The reason is truncated so that the environment's name fits. */
const armedRun = (view: RenderContext, role: TextRole, room: number): StyledRun => {
  const { pen, cockpit, now } = view;
  const { armedUntil, readOnly, reason = '' } = cockpit.arming;
  if (armedUntil === undefined) return pen.run(readOnly ? 'READ-ONLY' : '', role);
  const left = formatElapsed(Math.ceil((armedUntil - now) / 1000) * 1000).padStart(countCells);
  const armed = ` ARMED ${left}`;
  const forReason = room - widthOf(`${armed}:  `);
  const reasonText =
    reason === '' || forReason < minArmingReasonCells ? '' : `: ${pen.cut(reason, forReason)}`;
  return pen.run(`${armed}${reasonText} `, 'armed');
};

/** 'data ≤4s, 2 faults': the age of the data and the number of faults. */
const dataAge = (view: RenderContext): string => {
  if (view.own === undefined) return '';
  const { facts, snapshot } = view.own;
  const data = freshnessText(facts, view.now, view.columns < roomy);
  const faults = newestFaults(snapshot.faults).length;
  return faults === 0 ? data : `${data}, ${pluralize(faults, 'fault')}`;
};

const place = (view: RenderContext): string => {
  const { open } = view.cockpit;
  if (open === undefined) return '';
  // Its title says what it is.
  if (open.isDiscovered === true) return open.title;
  const where = open.where ?? open.title;
  return view.columns >= roomy ? `${open.system} @ ${where}` : where;
};

/** 'aws *9012/ops': the accounts and roles of the sources. Nothing in share mode. */
const principals = ({ cockpit, ui }: RenderContext): string =>
  ui.shared
    ? ''
    : Object.entries(cockpit.open?.principals ?? {})
        .map(([source, principal]) => `${source} ${principal}`)
        .join(' · ');

/** The header during time travel: the displayed time, its age, and the key for live. */
const pastHeader = (
  view: RenderContext,
  past: TimeTravelState,
  first: StyledRun,
  role: TextRole,
): StyledLine => {
  const { columns, pen } = view;
  const now = wallNow(past.live);
  const time = past.at ?? past.requestedAt;
  const where = columns >= roomy ? place(view) : '';
  const back = `PAST ${formatPastTime(time, now)} · ${formatTimeAgo(now - time)} ago · ${boundKey(view.cockpit, 'past.live', '.')} live`;
  const shared = view.ui.shared ? [pen.run(' SHARED ', 'shared'), pen.run(' ', role)] : [];
  const left = [first, pen.run(' ', role), ...shared, pen.run(` ${back} `, 'past')];
  const data = past.at === undefined ? 'no history' : dataAge(view);
  const right = [where, data].filter((text) => text !== '').join('   ');
  return justifyLine(left, [pen.run(`  ${right} `, 'past')], columns, 'past', pen.ellipsis);
};

/** Minimum width of a cluster or host that is cut, with the gap before it. */
const minPlaceCells = 10;

/** Renders the first row: environment, arming state, cluster or host, clock, age of the data. */
export const renderHeader = (view: RenderContext, mono: boolean): StyledLine => {
  const { columns, pen } = view;
  const role = environmentRole(view);
  const gap = pen.run(columns >= roomy ? '   ' : '  ', role);
  const spaced = (texts: readonly string[]): StyledLine =>
    texts.filter((text) => text !== '').flatMap((text) => [gap, pen.run(text, role)]);
  const wall = wallNow(view);
  const time = columns >= roomy ? formatDate(wall) : formatClockTime(wall);
  const all = spaced([time, dataAge(view)]);
  const right = [...(lineWidth(all) < columns / 2 + 20 ? all : all.slice(0, 2)), pen.run(' ', role)];
  const word = environmentLabel(view, mono);
  const first = pen.run(` ${word === '' ? 'opsdeck' : word}`, role);
  if (view.past !== undefined) return pastHeader(view, view.past, first, role);
  const marks = statusMarks(view).flatMap((mark) => [gap, pen.run(mark.text, mark.role ?? role)]);
  const named = [...marks, ...spaced([place(view)])];
  const who = spaced([principals(view)]);
  // Accounts are shown where they take no room from the state of arming.
  const isRoomForWho = lineWidth([first, gap, ...named, ...who, ...right]) + minArmedCells <= columns;
  const where = isRoomForWho ? [...named, ...who] : named;
  const room = columns - lineWidth([first, gap, ...where, ...right]);
  const armed = armedRun(view, role, room);
  const fixed = [first, ...(armed.text === '' ? [] : [gap, armed]), ...marks];
  const names = where.slice(marks.length);
  const cells = columns - lineWidth([...fixed, ...right]);
  const shown =
    lineWidth(names) > cells && cells < minPlaceCells ? [] : fitWords(names, cells, role, pen.ellipsis);
  return justifyLine([...fixed, ...shown], right, columns, role, pen.ellipsis);
};
