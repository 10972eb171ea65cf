import type { Row } from '../../../domain/snapshot.ts';
import { factKinds } from '../../../kinds/registry.ts';
import type { Pane } from '../../panes/pane.ts';
import { paneOfKind } from '../../panes/watched.ts';
import type { View } from '../../view.ts';

export interface RowPlace {
  readonly pane: Pane;
  /** The key of the row there. */
  readonly key: string;
}

/** Of a pane that shows several facts in one row, the key of that row. */
const keyIn = (pane: Pane, row: Row): string => pane.rowKey?.(row) ?? row.key;

/**
 * Where the row of this key is now: a fact's key, a signal's, or that of a consumer group. Undefined: it is not there
 * any more, or no pane shows it.
 */
export const placeOf = ({ own }: View, key: string | undefined): RowPlace | undefined => {
  if (own === undefined || key === undefined) return undefined;
  const matrix = paneOfKind('samples');
  if (matrix !== undefined && own.snapshot.signals.some((row) => row.key === key))
    return { pane: matrix, key };
  const shown = factKinds().flatMap((kind) => {
    const pane = paneOfKind(kind);
    return pane === undefined ? [] : [{ pane, rows: own.snapshot.kinds[kind].rows as readonly Row[] }];
  });
  for (const { pane, rows } of shown) {
    const row = rows.find((one) => one.key === key);
    if (row !== undefined) return { pane, key: keyIn(pane, row) };
  }
  // The key of a row that stands for several facts.
  const group = shown.find(
    ({ pane, rows }) => pane.rowKey !== undefined && rows.some((row) => keyIn(pane, row) === key),
  );
  return group === undefined ? undefined : { pane: group.pane, key };
};
