import { ageText } from '../../domain/duration.ts';
import { clockText } from '../../domain/format.ts';
import type { Tier } from '../../domain/profile.ts';
import { ageOf } from '../../domain/reading.ts';
import { countText, dateText } from '../text/ages.ts';
import { type Line, lineWidth, type Run, spread } from '../text/run.ts';
import type { Role } from '../theme/roles.ts';
import type { View } from '../view.ts';

/** From so many columns on there is room for the date and for wider gaps. */
const roomy = 100;

const tierOfColor: Readonly<Record<string, Tier>> = {
  red: 'production',
  yellow: 'staging',
  amber: 'staging',
  orange: 'staging',
  blue: 'dev',
  grey: 'local',
  gray: 'local',
};

/** The profile's colour, except that nothing takes the red off production. */
const roleOf = (view: View): Role => {
  const { open } = view.cockpit;
  if (open === undefined) return 'env.local';
  const wanted = open.tier === 'production' ? undefined : tierOfColor[open.color ?? ''];
  return `env.${wanted ?? open.tier}`;
};

const armedRun = (view: View, role: Role): Run => {
  const { arming } = view.cockpit;
  if (arming.armedUntil === undefined) return view.pen.run(arming.readOnly ? 'READ-ONLY' : '', role);
  const left = countText(Math.ceil((arming.armedUntil - view.now) / 1000) * 1000);
  return view.pen.run(` ARMED ${left}${arming.reason === undefined ? '' : `: ${arming.reason}`} `, 'armed');
};

/** 'data ≤4s, 2 blind': the age of the oldest answer that is believed, and how much is not seen. */
const dataAge = (view: View): string => {
  if (view.own === undefined) return '';
  const { facts, snapshot } = view.own;
  const ages = Object.values(facts.feeds).flatMap((state) =>
    state.feed.everyMs > 0 && state.losses === 0 ? (ageOf(state, view.now) ?? []) : [],
  );
  const data = ages.length === 0 ? 'no data yet' : `data ≤${ageText(Math.max(...ages))}`;
  return snapshot.faults.length === 0 ? data : `${data}, ${snapshot.faults.length} blind`;
};

const place = (view: View): string => {
  const { open } = view.cockpit;
  if (open === undefined) return '';
  const where = open.where ?? open.title;
  return view.columns >= roomy ? `${open.system} @ ${where}` : where;
};

/** The first row: which environment, what may be done to it, where it is, what time it is, how old the data are. */
export const headerLine = (view: View, mono: boolean): Line => {
  const { cockpit, columns, pen, now, wallOffset } = view;
  const role = roleOf(view);
  const gap = pen.run(columns >= roomy ? '   ' : '  ', role);
  const name = cockpit.open?.env.toUpperCase() ?? 'opsdeck';
  const words: Run[] = [pen.run(mono && cockpit.open !== undefined ? ` [${name}]` : ` ${name}`, role)];
  const armed = armedRun(view, role);
  if (armed.text !== '') words.push(gap, armed);
  if (cockpit.open?.embedded === true) words.push(gap, pen.run('EMBEDDED', role));
  if (place(view) !== '') words.push(gap, pen.run(place(view), role));
  const wall = now + wallOffset;
  const time = columns >= roomy ? dateText(wall) : clockText(wall);
  const data = dataAge(view);
  const right = [
    gap,
    pen.run(time, role),
    ...(data === '' ? [] : [gap, pen.run(data, role)]),
    pen.run(' ', role),
  ];
  return spread(
    words,
    lineWidth(right) < columns / 2 + 20 ? right : right.slice(0, 2),
    columns,
    role,
    pen.mark,
  );
};
