import type { Column } from '../../components/table.ts';
import type { View } from '../../view.ts';
import type { MatrixCell } from './cell.ts';
import type { MatrixRow } from './rows.ts';
import { boundText } from './values.ts';

const boundOf = (cell: MatrixCell, level: 'warn' | 'crit'): string => {
  const bound = cell.is === 'seen' ? cell.spec.threshold[level] : undefined;
  return cell.is !== 'seen' || bound === undefined ? '–' : boundText(bound, cell.signal.unit);
};

/** The limit that it is beyond, or the next one that it has. */
const nextLimit = (cell: MatrixCell): string => {
  if (cell.is !== 'seen') return '–';
  const { warn, crit } = cell.spec.threshold;
  const limit = cell.signal.level === 'crit' ? (crit ?? warn) : (warn ?? crit);
  return limit === undefined ? '–' : boundText(limit, cell.signal.unit);
};

/** One limit of each signal of the open environment. */
export const limitColumn = ({ pen }: View): Column<MatrixRow> => ({
  head: 'LIMIT',
  width: 11,
  align: 'right',
  cell: (row) => pen.run(nextLimit(row.own)),
});

/** Both limits that signals have in an environment. */
export const limitColumns = ({ pen }: View, env: string): readonly Column<MatrixRow>[] =>
  (['warn', 'crit'] as const).map((level) => ({
    head: level.toUpperCase(),
    headRole: level,
    width: 10,
    align: 'right',
    cell: (row) => pen.run(boundOf(row.in(env), level)),
  }));
