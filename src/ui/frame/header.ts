import { formatAge } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import { formatClockTime } from '../../domain/format.ts';
import type { Level } from '../../domain/level.ts';
import { ageOf, type FeedState } from '../../domain/reading.ts';
import type { SignalRow, Snapshot } from '../../domain/snapshot.ts';
import { derivedFromKinds, factKinds, kindOf } from '../../kinds/registry.ts';
import type { FactsState } from '../../store/facts.ts';
import { formatPastTime, formatTimeAgo } from '../features/time-travel/past-time.ts';
import { paneState } from '../model.ts';
import { environmentPanes } from '../panes/environment-panes.ts';
import { paneById } from '../panes/index.ts';
import { levelFilterLabels } from '../panes/pane-query.ts';
import { filterMatchText } from '../panes/title.ts';
import type { EnvironmentView, RenderContext, TimeTravelState } from '../render-context.ts';
import { faultStyle, shortFaultText } from '../text/fault-text.ts';
import { formatDate, formatElapsed, formatMaxAge, pluralize } from '../text/format.ts';
import { fitLine, justifyLine, lineWidth, type StyledLine, type StyledRun } from '../text/line.ts';
import { widthOf } from '../text/width.ts';
import { levelWords } from '../theme/glyphs.ts';
import type { TextRole } from '../theme/roles.ts';
import { environmentLabel, environmentRole, statusMarks } from './environment.ts';

/** Kinds whose rows the header counts. */
const countedKinds = derivedFromKinds(() => factKinds().filter((kind) => kindOf(kind).inHeader !== false));
const faultsTold = 2;
/** Under so many cells a reason says nothing. */
const minReasonCells = 16;

const isPending = ({ level, verdict }: SignalRow): boolean =>
  level === 'ok' && verdict?.pending !== undefined;

const levelsOf = (snapshot: Snapshot): readonly Level[] => [
  ...snapshot.signals.map((signal) => signal.level),
  ...countedKinds().flatMap((kind) => snapshot.kinds[kind].rows.map((row) => row.level)),
];

/**
 * '✗ 7 CRIT   ▲ 11 WARN   ▲ 1 PENDING   ? 3 UNKNOWN', or how many are OK when nothing else is to be said. What is
 * about to be raised counts as pending, not as OK.
 */
const counts = (view: RenderContext, gap: string): StyledLine => {
  const { pen, own } = view;
  if (own === undefined) return [];
  const levels = levelsOf(own.snapshot);
  const pending = own.snapshot.signals.filter(isPending).length;
  const told = (count: number, level: Level, word: string): StyledLine =>
    count === 0 ? [] : [pen.run(gap), pen.glyph(level, level), pen.run(` ${count} ${word}`, level)];
  const of = (level: Level): StyledLine =>
    told(levels.filter((one) => one === level).length, level, levelWords[level]);
  const bad = [...of('crit'), ...of('warn'), ...told(pending, 'warn', 'PENDING'), ...of('unknown')];
  return bad.length > 0 ? bad : of('ok');
};

/** Sources that cannot be seen: the first few by name as far as `room` cells go, the others by their number. */
const blindness = (
  { pen, now }: RenderContext,
  { snapshot: { faults }, facts }: EnvironmentView,
  room: number,
): StyledLine => {
  const saying = (count: number): string => {
    const told = faults.slice(0, count).map((fault) => shortFaultText(fault, facts, now));
    const more = faults.length > count ? ` · ${faults.length - count} more` : '';
    return `${told.join(' · ')}${more}`;
  };
  const fitting = widthOf(saying(faultsTold)) <= room ? faultsTold : 1;
  return [pen.run(saying(fitting), faultStyle(faults[0]?.kind ?? 'bug').role)];
};

/** What is worst, in few words: sources that cannot be seen, else the worst row. */
const reason = (view: RenderContext, room: number): StyledLine => {
  const { pen, own } = view;
  if (own === undefined) return [];
  if (own.snapshot.faults.length > 0) return blindness(view, own, room);
  const worst = environmentPanes()
    .flatMap((pane) =>
      pane
        .allRows(view)
        .slice(0, 1)
        .map((row) => ({ pane, row })),
    )
    .find(({ row }) => row.level === 'crit');
  return worst === undefined
    ? []
    : [pen.run(`${worst.pane.title.toLowerCase()}: ${worst.row.label}`, worst.row.level)];
};

const incident = (view: RenderContext): StyledLine => {
  const going = view.cockpit.open?.incident;
  // It goes on now, and need not have then.
  return going === undefined || view.past !== undefined
    ? []
    : [view.pen.run('  '), view.pen.run(` drill ${going} `, 'armed')];
};

/** 'overview', or the pane in the middle with how it is filtered and ordered. */
const placeRuns = (view: RenderContext): readonly StyledRun[] => {
  const { ui, pen, cockpit, own } = view;
  if (cockpit.open === undefined && cockpit.profileErrors !== undefined) return [];
  const mark = view.past === undefined ? [] : [pen.run(' PAST ', 'past')];
  if (ui.place === 'overview') return [...mark, pen.run(' overview', 'bold')];
  const pane = paneById(ui.place);
  const { filter, order, reversed, least } = paneState(ui, pane.id);
  const wanted = pane.query(view);
  const { rows, all } = wanted;
  const number = least === undefined ? `${all}` : `${rows.length} of ${all}`;
  // Where nothing is known the number of rows is not 0: there is none.
  const counted = own === undefined && all === 0 ? '' : number;
  const count = filter === '' ? counted : filterMatchText(wanted, pen.maskTyped(filter));
  const ordered = `${pane.orders[order] ?? ''}${reversed === true ? ', reversed' : ''}`;
  const other = ui.split?.panes.find((id) => id !== pane.id);
  const beside = other === undefined ? '' : `beside ${paneById(other).title}`;
  const level = least === undefined ? '' : levelFilterLabels[least];
  const how = [count, level, ordered, beside].filter((part) => part !== '');
  return [...mark, pen.run(` ${pane.title}`, 'bold'), pen.run(`  ${how.join('  ')}`, 'faint')];
};

/** The second row: where one is, how many rows stand how, and what is worst. */
export const renderSummary = (view: RenderContext): StyledLine => {
  const { pen, columns } = view;
  const gap = columns >= 100 ? '   ' : '  ';
  const left = [...placeRuns(view), ...counts(view, gap)];
  const end = [...incident(view), pen.run(' ')];
  const room = columns - lineWidth(left) - lineWidth(end) - gap.length;
  const why = room < minReasonCells ? [] : reason(view, room);
  const right = lineWidth(why) > room ? fitLine(why, room, 'plain', pen.ellipsis) : why;
  return justifyLine(left, [...right, ...end], columns, 'plain', pen.ellipsis);
};

/** From so many columns on there is room for the date and for wider gaps. */
const roomy = 100;

/** Of a reason, fewer cells than this say nothing. */
const leastReason = 4;
/** 'data ≤59s': a younger age leaves the clock beside it where it is. */
const dataCells = 9;
/** '14:52' */
const countCells = 5;

/** Whether it may be changed, and why; the reason gives way where it would push out which environment this is. */
const armedRun = (view: RenderContext, role: TextRole, room: number): StyledRun => {
  const { pen, cockpit, now } = view;
  const { armedUntil, readOnly, reason = '' } = cockpit.arming;
  if (armedUntil === undefined) return pen.run(readOnly ? 'READ-ONLY' : '', role);
  const left = formatElapsed(Math.ceil((armedUntil - now) / 1000) * 1000).padStart(countCells);
  const armed = ` ARMED ${left}`;
  const forReason = room - widthOf(`${armed}:  `);
  const told = reason === '' || forReason < leastReason ? '' : `: ${pen.cut(reason, forReason)}`;
  return pen.run(`${armed}${told} `, 'armed');
};

/** How old what is shown is: the oldest answer that is believed; where none is, the newest of all. */
const ageWords = ({ feeds }: FactsState, now: Millis): string => {
  const asked = Object.values(feeds).filter(({ feed }) => feed.everyMs > 0);
  const ages = (states: readonly FeedState[]) => states.flatMap((state) => ageOf(state, now) ?? []);
  const believed = ages(asked.filter((state) => state.losses === 0));
  if (believed.length > 0) return `data ${formatMaxAge(Math.max(...believed))}`.padStart(dataCells);
  const lost = ages(asked);
  return lost.length === 0 ? 'no data yet' : `data ${formatAge(Math.min(...lost))} old`;
};

/** 'data ≤4s, 2 faults': the age of the data and the number of faults. */
const dataAge = (view: RenderContext): string => {
  if (view.own === undefined) return '';
  const { facts, snapshot } = view.own;
  const data = ageWords(facts, view.now);
  return snapshot.faults.length === 0 ? data : `${data}, ${pluralize(snapshot.faults.length, 'fault')}`;
};

const place = (view: RenderContext): string => {
  const { open } = view.cockpit;
  if (open === undefined) return '';
  const where = open.where ?? open.title;
  return view.columns >= roomy ? `${open.system} @ ${where}` : where;
};

/** Which earlier moment everything but runs and messages is of, how far back that is, and the way out. */
const pastHeader = (
  view: RenderContext,
  past: TimeTravelState,
  first: StyledRun,
  role: TextRole,
): StyledLine => {
  const { columns, pen } = view;
  const now = past.live.now + past.live.wallOffset;
  const at = past.at ?? past.requestedAt;
  const where = columns >= roomy ? place(view) : '';
  const back = `PAST ${formatPastTime(at, now)} · ${formatTimeAgo(now - at)} ago · . live`;
  const shared = view.ui.shared ? [pen.run(' SHARED ', 'shared'), pen.run(' ', role)] : [];
  const left = [first, pen.run(' ', role), ...shared, pen.run(` ${back} `, 'past')];
  const data = past.at === undefined ? 'no history' : dataAge(view);
  const right = [where, data].filter((text) => text !== '').join('   ');
  return justifyLine(left, [pen.run(`  ${right} `, 'past')], columns, 'past', pen.ellipsis);
};

/** The first row: which environment, what may be done to it, where it is, what time it is, how old the data are. */
export const renderHeader = (view: RenderContext, mono: boolean): StyledLine => {
  const { columns, pen, now, wallOffset } = view;
  const role = environmentRole(view);
  const gap = pen.run(columns >= roomy ? '   ' : '  ', role);
  const spaced = (texts: readonly string[]): StyledLine =>
    texts.filter((text) => text !== '').flatMap((text) => [gap, pen.run(text, role)]);
  const wall = now + wallOffset;
  const time = columns >= roomy ? formatDate(wall) : formatClockTime(wall);
  const all = spaced([time, dataAge(view)]);
  const right = [...(lineWidth(all) < columns / 2 + 20 ? all : all.slice(0, 2)), pen.run(' ', role)];
  const word = environmentLabel(view, mono);
  const first = pen.run(` ${word === '' ? 'opsdeck' : word}`, role);
  if (view.past !== undefined) return pastHeader(view, view.past, first, role);
  const marks = statusMarks(view).flatMap((mark) => [gap, pen.run(mark.text, mark.role ?? role)]);
  const where = [...marks, ...spaced([place(view)])];
  const room = columns - lineWidth([first, gap, ...where, ...right]);
  const armed = armedRun(view, role, room);
  return justifyLine(
    [first, ...(armed.text === '' ? [] : [gap, armed]), ...where],
    right,
    columns,
    role,
    pen.ellipsis,
  );
};
