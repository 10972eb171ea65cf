import type { LogsState } from '../../../logs/ring/state.ts';
import { widthOf } from '../../text/width.ts';
import type { View } from '../../view.ts';
import { finderOf, soughtOf } from './hits.ts';
import { headOf } from './ring-row.ts';
import type { RowForm } from './row-line.ts';
import { sameDay, shown } from './times.ts';

/** From so many cells on there is room for milliseconds. */
const millisFrom = 90;
const longestStream = 24;
const longestColumn = 18;
/** Of a line that is wrapped no more than this part of the pane. */
const highestPart = 2;

/** Names of streams never take more than this part of a row. */
const streamPart = 5;

const streamCells = ({ pen }: View, { streams }: LogsState, width: number): number => {
  if (streams.length < 2) return 0;
  const longest = Math.max(...streams.map(({ label }) => widthOf(pen.maskText(label))));
  return Math.min(longest, longestStream, Math.floor(width / streamPart));
};

/** How rows are drawn in a room, by what the first and the last of them tell. */
export const rowFormOf = (view: View, logs: LogsState, width: number, room: number): RowForm => {
  const { clock, columns, wrap } = view.ui.logs;
  const { now, wallOffset } = view.past?.live ?? view;
  const wall = shown(now + wallOffset, clock);
  const { ring } = logs;
  const oldest = headOf(ring, ring.first)?.at ?? wall;
  const newest = headOf(ring, ring.end - 1)?.at ?? wall;
  const sought = soughtOf(logs);
  return {
    width,
    time: {
      clock,
      days: [oldest, newest].some((at) => !sameDay(shown(at, clock), wall)),
      millis: width >= millisFrom,
      now: now + wallOffset,
    },
    stream: streamCells(view, logs, width),
    columns: columns.map((name) => ({ name, cells: Math.min(longestColumn, Math.max(name.length, 8)) })),
    ...(sought === undefined ? {} : { finder: finderOf(sought) }),
    wrap,
    highest: Math.max(1, Math.floor(room / highestPart)),
  };
};
