import type { Level } from '../../domain/level.ts';
import type { SignalRow, Snapshot } from '../../domain/snapshot.ts';
import { factKinds, kindOf, madeOfKinds } from '../../kinds/registry.ts';
import { paneStateOf } from '../model.ts';
import { paneById } from '../panes/index.ts';
import { matchText } from '../panes/title.ts';
import { leastWords } from '../panes/wanted.ts';
import { watchedPanes } from '../panes/watched.ts';
import { faultLook, shortFault } from '../text/faults.ts';
import { fitLine, type Line, lineWidth, type Run, spread } from '../text/run.ts';
import { widthOf } from '../text/width.ts';
import { levelWords } from '../theme/glyphs.ts';
import type { EnvView, View } from '../view.ts';

/** Kinds whose rows the header counts. */
const countedKinds = madeOfKinds(() => factKinds().filter((kind) => kindOf(kind).inHeader !== false));
const faultsTold = 2;
/** Under so many cells a reason says nothing. */
const leastReason = 16;

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
const counts = (view: View, gap: string): Line => {
  const { pen, own } = view;
  if (own === undefined) return [];
  const levels = levelsOf(own.snapshot);
  const pending = own.snapshot.signals.filter(isPending).length;
  const told = (count: number, level: Level, word: string): Line =>
    count === 0 ? [] : [pen.run(gap), pen.glyph(level, level), pen.run(` ${count} ${word}`, level)];
  const of = (level: Level): Line =>
    told(levels.filter((one) => one === level).length, level, levelWords[level]);
  const bad = [...of('crit'), ...of('warn'), ...told(pending, 'warn', 'PENDING'), ...of('unknown')];
  return bad.length > 0 ? bad : of('ok');
};

/** Sources that cannot be seen: the first few by name as far as `room` cells go, the others by their number. */
const blindness = ({ pen, now }: View, { snapshot: { faults }, facts }: EnvView, room: number): Line => {
  const saying = (count: number): string => {
    const told = faults.slice(0, count).map((fault) => shortFault(fault, facts, now));
    const more = faults.length > count ? ` · ${faults.length - count} more` : '';
    return `${told.join(' · ')}${more}`;
  };
  const fitting = widthOf(saying(faultsTold)) <= room ? faultsTold : 1;
  return [pen.run(saying(fitting), faultLook(faults[0]?.kind ?? 'bug').role)];
};

/** What is worst, in few words: sources that cannot be seen, else the worst row. */
const reason = (view: View, room: number): Line => {
  const { pen, own } = view;
  if (own === undefined) return [];
  if (own.snapshot.faults.length > 0) return blindness(view, own, room);
  const worst = watchedPanes()
    .flatMap((pane) =>
      pane
        .all(view)
        .slice(0, 1)
        .map((row) => ({ pane, row })),
    )
    .find(({ row }) => row.level === 'crit');
  return worst === undefined
    ? []
    : [pen.run(`${worst.pane.title.toLowerCase()}: ${worst.row.label}`, worst.row.level)];
};

const incident = (view: View): Line => {
  const going = view.cockpit.open?.incident;
  // It goes on now, and need not have then.
  return going === undefined || view.past !== undefined
    ? []
    : [view.pen.run('  '), view.pen.run(` rehearsing ${going} `, 'armed')];
};

/** 'overview', or the pane in the middle with how it is filtered and ordered. */
const placeRuns = (view: View): readonly Run[] => {
  const { ui, pen, cockpit, own } = view;
  if (cockpit.open === undefined && cockpit.refused !== undefined) return [];
  const mark = view.past === undefined ? [] : [pen.run(' PAST ', 'past')];
  if (ui.place === 'overview') return [...mark, pen.run(' overview', 'bold')];
  const pane = paneById(ui.place);
  const { filter, order, reversed, least } = paneStateOf(ui, pane.id);
  const wanted = pane.wanted(view);
  const { rows, all } = wanted;
  const number = least === undefined ? `${all}` : `${rows.length} of ${all}`;
  // Where nothing is known the number of rows is not 0: there is none.
  const counted = own === undefined && all === 0 ? '' : number;
  const count = filter === '' ? counted : matchText(wanted, pen.typed(filter));
  const ordered = `${pane.orders[order] ?? ''}${reversed === true ? ', reversed' : ''}`;
  const other = ui.split?.panes.find((id) => id !== pane.id);
  const beside = other === undefined ? '' : `beside ${paneById(other).title}`;
  const level = least === undefined ? '' : leastWords[least];
  const how = [count, level, ordered, beside].filter((part) => part !== '');
  return [...mark, pen.run(` ${pane.title}`, 'bold'), pen.run(`  ${how.join('  ')}`, 'faint')];
};

/** The second row: where one is, how many rows stand how, and what is worst. */
export const summaryLine = (view: View): Line => {
  const { pen, columns } = view;
  const gap = columns >= 100 ? '   ' : '  ';
  const left = [...placeRuns(view), ...counts(view, gap)];
  const end = [...incident(view), pen.run(' ')];
  const room = columns - lineWidth(left) - lineWidth(end) - gap.length;
  const why = room < leastReason ? [] : reason(view, room);
  const right = lineWidth(why) > room ? fitLine(why, room, 'plain', pen.mark) : why;
  return spread(left, [...right, ...end], columns, 'plain', pen.mark);
};
