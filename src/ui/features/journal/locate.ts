import { type FactKind, factKinds } from '../../../domain/facts.ts';
import type { Row } from '../../../domain/snapshot.ts';
import { paneOfKind } from '../../panes/kinds.ts';
import type { Pane } from '../../panes/pane.ts';
import { watchedPanes } from '../../panes/watched.ts';
import type { View } from '../../view.ts';

export interface RowPlace {
  readonly pane: Pane;
  /** The key of the row there. */
  readonly key: string;
}

const isOf = <K extends FactKind>(kind: K, row: Row, of: FactKind): row is Row<K> => kind === of;

/** Of a pane that shows several facts in one row, the key of that row. */
const rowKey = (kind: FactKind, row: Row): string => {
  if (isOf('health', row, kind)) return `health/${row.fact.service}`;
  if (isOf('lag', row, kind)) return `${row.fact.source}/${row.fact.cluster}/${row.fact.group}`;
  return row.key;
};

/**
 * Where the row of this key is now: a fact's key, a signal's, or that of a consumer group. Undefined: it is not there
 * any more, or no pane shows it.
 */
export const placeOf = ({ own }: View, key: string | undefined): RowPlace | undefined => {
  if (own === undefined || key === undefined) return undefined;
  const pane = (id: string | undefined): Pane | undefined => watchedPanes.find((one) => one.id === id);
  const [matrix, lag] = [pane(paneOfKind.samples), pane(paneOfKind.lag)];
  if (matrix !== undefined && own.snapshot.signals.some((row) => row.key === key))
    return { pane: matrix, key };
  for (const kind of factKinds) {
    const shown = pane(paneOfKind[kind]);
    const rows: readonly Row[] = own.snapshot.kinds[kind].rows;
    const row = shown === undefined ? undefined : rows.find((one) => one.key === key);
    if (shown !== undefined && row !== undefined) return { pane: shown, key: rowKey(kind, row) };
  }
  const group = own.snapshot.kinds.lag.rows.some((row) => rowKey('lag', row) === key);
  return group && lag !== undefined ? { pane: lag, key } : undefined;
};
