import { ageText } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import { latency } from '../../../domain/format.ts';
import type { Row } from '../../../domain/snapshot.ts';
import { faultLook } from '../../text/faults.ts';
import type { Pen } from '../../text/pen.ts';
import type { Line } from '../../text/run.ts';
import { levelWords } from '../../theme/glyphs.ts';
import type { HealthCell } from './rows.ts';

const blindWord = (cell: Extract<HealthCell, { is: 'blind' }>, now: Millis): string => {
  if (cell.fault.kind === 'denied') return 'denied';
  if (cell.fault.kind === 'unconfigured') return 'not set up';
  const since = Object.values(cell.env.facts.feeds).find(
    (state) => state.feed.source === cell.fault.source && state.lostSince !== undefined,
  )?.lostSince;
  return `source down ${ageText(now - (since ?? cell.fault.at))}`;
};

/** Under so many cells an old answer is told without words between. */
const narrow = 18;
/** From so many on, latency and age have their places, so that they do not move when a digit comes or goes. */
const wide = 22;
/** ' 410ms', '59s' */
const latencyCells = 6;
const ageCells = 3;

const seenCell = (pen: Pen, row: Row<'health'>, now: Millis, cells: number): Line => {
  const { fact, level } = row;
  const age = ageText(now - fact.at);
  const took = fact.latencyMs === undefined ? '' : ` ${latency(fact.latencyMs)}`;
  const code = fact.httpStatus === undefined || fact.httpStatus < 400 ? '' : ` ${fact.httpStatus}`;
  const roomy = cells >= wide && cells < Infinity;
  if (row.stale) {
    const word = fact.status === 'up' ? 'OK' : fact.status.toUpperCase();
    return [
      pen.glyph('stale', 'stale'),
      pen.run(cells < narrow ? ` ${word}${took} ${age}` : ` ${word}${took}, ${age} old`, 'stale'),
    ];
  }
  return [
    pen.glyph(level, level),
    pen.run(` ${levelWords[level]}`, level),
    pen.run(roomy ? `${code}${took.padStart(latencyCells)}` : `${code}${took}`),
    pen.run(` ${roomy ? age.padStart(ageCells) : age}`, 'faint'),
  ];
};

/** A service in one environment: level, latency, age; or why it is not seen. */
export const healthCell = (pen: Pen, cell: HealthCell | undefined, now: Millis, cells = Infinity): Line => {
  if (cell === undefined || cell.is === 'not-set-up')
    return [pen.glyph('off', 'stale'), pen.run(' not set up', 'stale')];
  if (cell.is === 'not-kept') return [pen.glyph('none', 'stale'), pen.run(' not kept', 'stale')];
  if (cell.is === 'waiting') return [pen.glyph('loading', 'loading'), pen.run(' asking', 'loading')];
  if (cell.is === 'seen') return seenCell(pen, cell.worst, now, cells);
  const look = faultLook(cell.fault.kind);
  return [pen.glyph(look.glyph, look.role), pen.run(` ${blindWord(cell, now)}`, look.role)];
};
