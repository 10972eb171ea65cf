import { ageText } from '../../../domain/duration.ts';
import { clockText } from '../../../domain/format.ts';
import type { Column } from '../../parts/table.ts';
import { dateText } from '../../text/ages.ts';
import type { View } from '../../view.ts';
import { levelCell } from '../level-cell.ts';
import type { JournalRow } from './rows.ts';

const dayMs = 86_400_000;

/** '10:02:03'; of another day '04 Mar 10:02'. */
const timeOf = ({ now, wallOffset }: View, at: number): string => {
  const wall = at + wallOffset;
  const isToday = Math.floor(wall / dayMs) === Math.floor((now + wallOffset) / dayMs);
  return isToday ? clockText(wall) : dateText(wall).slice(4, 16);
};

/** What is told of each change, in the order in which a person asks: how bad, when, what, how. */
export const journalColumns = (view: View): readonly Column<JournalRow>[] => {
  const { pen, now } = view;
  return [
    { head: '', width: 12, cell: ({ level }) => levelCell(pen, level) },
    { head: 'TIME', width: 14, cell: ({ entry }) => pen.run(timeOf(view, entry.at)) },
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
