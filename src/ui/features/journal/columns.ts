import { ageText } from '../../../domain/duration.ts';
import { clockText } from '../../../domain/format.ts';
import type { Column } from '../../components/table.ts';
import { levelCell } from '../../panes/level-cell.ts';
import { dateText } from '../../text/ages.ts';
import type { View } from '../../view.ts';
import type { JournalRow } from './rows.ts';

const dayMs = 86_400_000;

/** '10:02:03' and '04 Mar 10:02', with a blank behind. */
const clockCells = 9;
const dateCells = 13;

const isToday = ({ now, wallOffset }: View, at: number): boolean =>
  Math.floor((at + wallOffset) / dayMs) === Math.floor((now + wallOffset) / dayMs);

/** '10:02:03'; of another day '04 Mar 10:02'. */
const timeOf = (view: View, at: number): string => {
  const wall = at + view.wallOffset;
  return isToday(view, at) ? clockText(wall) : dateText(wall).slice(4, 16);
};

/** The journal is in the order of time: the oldest entry tells whether any is of another day. */
const timeCells = (view: View): number => {
  const oldest = view.cockpit.journal[0];
  return oldest === undefined || isToday(view, oldest.at) ? clockCells : dateCells;
};

/** What is told of each change, in the order in which a person asks: how bad, when, what, how. */
export const journalColumns = (view: View): readonly Column<JournalRow>[] => {
  const { pen, now } = view;
  return [
    { head: '', width: 12, cell: ({ level }) => levelCell(pen, level) },
    { head: 'TIME', width: timeCells(view), cell: ({ entry }) => pen.run(timeOf(view, entry.at)) },
    {
      head: 'AGO',
      width: 7,
      align: 'right',
      hideBelow: 90,
      cell: ({ entry }) => pen.run(ageText(now - entry.at), 'faint'),
    },
    { head: 'KIND', width: 9, cell: ({ entry }) => pen.run(entry.kind) },
    { head: 'WHAT', width: 18, grow: 1, cell: ({ entry }) => pen.run(entry.what, 'bold') },
    { head: 'CHANGE', width: 20, grow: 2, cell: ({ entry }) => pen.run(entry.change) },
    {
      head: 'SOURCE',
      width: 14,
      hideBelow: 90,
      cell: ({ entry }) => pen.run(entry.source === '' ? 'opsdeck' : entry.source, 'faint'),
    },
  ];
};
