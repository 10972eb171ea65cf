import type { Column } from '../../components/table.ts';
import { columnHead } from '../../frame/environment.ts';
import { paneStateOf } from '../../model.ts';
import { widthOf } from '../../text/width.ts';
import type { View } from '../../view.ts';
import { healthCell } from './cells.ts';
import { environmentsOf, type ServiceRow, serviceRows } from './rows.ts';

/** What a cell of the open environment needs: level, status, latency, age. */
const ownCells = 20;
const leastCells = 13;
const mostCells = 30;

/** Cells for the open environment and for each of the others; the same for all where that is enough for it. */
const shareOut = (cells: number, count: number): { readonly own: number; readonly other: number } => {
  const each = Math.min(mostCells, Math.floor(cells / Math.max(1, count)));
  if (each >= ownCells || count < 2) return { own: each, other: each };
  return { own: ownCells, other: Math.max(leastCells, Math.floor((cells - ownCells) / (count - 1))) };
};

/** Services × environments. The open environment has the most room; a chosen column's head is set off. */
export const acrossColumns = (view: View, width: number): readonly Column<ServiceRow>[] => {
  const { pen, now } = view;
  const environments = environmentsOf(view);
  const longest = Math.max(0, ...serviceRows(view).map((row) => widthOf(row.service)));
  const name = Math.max(leastCells, Math.min(longest + 4, Math.floor(width / 4)));
  const { own, other } = shareOut(width - name, environments.length);
  const { column } = paneStateOf(view.ui, 'health');
  return [
    {
      head: '',
      width: name,
      cell: (row) => [
        pen.glyph(row.level, row.level),
        pen.run(` ${row.service}`, row.level === 'ok' ? 'plain' : 'bold'),
      ],
    },
    ...environments.map((env, index): Column<ServiceRow> => {
      const isOwn = env === view.cockpit.open?.env;
      const cells = isOwn ? own : other;
      return {
        head: columnHead(view, env),
        headRole: index === column ? 'focus' : isOwn ? 'bold' : 'faint',
        width: cells,
        cell: (row) => healthCell(pen, row.cells.get(env), now, cells),
      };
    }),
  ];
};
