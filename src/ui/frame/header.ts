import { ageText } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import { clockText } from '../../domain/format.ts';
import { ageOf, type FeedState } from '../../domain/reading.ts';
import type { FactsState } from '../../store/facts.ts';
import { backText, momentText } from '../features/time-travel/words.ts';
import { atMostText, countText, dateText } from '../text/ages.ts';
import { type Line, lineWidth, type Run, spread } from '../text/run.ts';
import { widthOf } from '../text/width.ts';
import type { Role } from '../theme/roles.ts';
import type { PastView, View } from '../view.ts';
import { environmentRole, environmentWord } from './environment.ts';
import { marksOf } from './marks.ts';

/** From so many columns on there is room for the date and for wider gaps. */
const roomy = 100;

/** Of a reason, fewer cells than this say nothing. */
const leastReason = 4;
/** 'data ≤59s': a younger age leaves the clock beside it where it is. */
const dataCells = 9;
/** '14:52' */
const countCells = 5;

/** Whether it may be changed, and why; the reason gives way where it would push out which environment this is. */
const armedRun = (view: View, role: Role, room: number): Run => {
  const { pen, cockpit, now } = view;
  const { armedUntil, readOnly, reason = '' } = cockpit.arming;
  if (armedUntil === undefined) return pen.run(readOnly ? 'READ-ONLY' : '', role);
  const left = countText(Math.ceil((armedUntil - now) / 1000) * 1000).padStart(countCells);
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
  if (believed.length > 0) return `data ${atMostText(Math.max(...believed))}`.padStart(dataCells);
  const lost = ages(asked);
  return lost.length === 0 ? 'no data yet' : `data ${ageText(Math.min(...lost))} old`;
};

/** 'data ≤4s, 2 blind': how old, and how much is not seen. */
const dataAge = (view: View): string => {
  if (view.own === undefined) return '';
  const { facts, snapshot } = view.own;
  const data = ageWords(facts, view.now);
  return snapshot.faults.length === 0 ? data : `${data}, ${snapshot.faults.length} blind`;
};

const place = (view: View): string => {
  const { open } = view.cockpit;
  if (open === undefined) return '';
  const where = open.where ?? open.title;
  return view.columns >= roomy ? `${open.system} @ ${where}` : where;
};

/** Which earlier moment everything but runs and messages is of, how far back that is, and the way out. */
const pastHeader = (view: View, past: PastView, first: Run, role: Role): Line => {
  const { columns, pen } = view;
  const now = past.live.now + past.live.wallOffset;
  const at = past.at ?? past.wanted;
  const where = columns >= roomy ? place(view) : '';
  const back = `PAST ${momentText(at, now)} · ${backText(now - at)} back · . live`;
  const shared = view.ui.shared ? [pen.run(' SHARED ', 'shared'), pen.run(' ', role)] : [];
  const left = [first, pen.run(' ', role), ...shared, pen.run(` ${back} `, 'past')];
  const data = past.at === undefined ? 'nothing was kept' : dataAge(view);
  const right = [where, data].filter((text) => text !== '').join('   ');
  return spread(left, [pen.run(`  ${right} `, 'past')], columns, 'past', pen.mark);
};

/** The first row: which environment, what may be done to it, where it is, what time it is, how old the data are. */
export const headerLine = (view: View, mono: boolean): Line => {
  const { columns, pen, now, wallOffset } = view;
  const role = environmentRole(view);
  const gap = pen.run(columns >= roomy ? '   ' : '  ', role);
  const spaced = (texts: readonly string[]): Line =>
    texts.filter((text) => text !== '').flatMap((text) => [gap, pen.run(text, role)]);
  const wall = now + wallOffset;
  const time = columns >= roomy ? dateText(wall) : clockText(wall);
  const all = spaced([time, dataAge(view)]);
  const right = [...(lineWidth(all) < columns / 2 + 20 ? all : all.slice(0, 2)), pen.run(' ', role)];
  const word = environmentWord(view, mono);
  const first = pen.run(` ${word === '' ? 'opsdeck' : word}`, role);
  if (view.past !== undefined) return pastHeader(view, view.past, first, role);
  const marks = marksOf(view).flatMap((mark) => [gap, pen.run(mark.text, mark.role ?? role)]);
  const where = [...marks, ...spaced([place(view)])];
  const room = columns - lineWidth([first, gap, ...where, ...right]);
  const armed = armedRun(view, role, room);
  return spread(
    [first, ...(armed.text === '' ? [] : [gap, armed]), ...where],
    right,
    columns,
    role,
    pen.mark,
  );
};
