import type { Row } from '../../../domain/facts/snapshot.ts';
import { factKinds } from '../../../kinds/registry/registry.ts';
import type { Pane } from '../contract/pane.ts';
import type { RenderContext } from '../contract/render-context.ts';

/** A row in the pane that shows it. */
export interface RowPlace {
  readonly pane: Pane;
  /** Row key in that pane. */
  readonly key: string;
}

/** The key of the pane row that contains this fact. */
export const paneRowKey = (pane: Pane, row: Row): string => pane.rowKey?.(row) ?? row.key;

/**
 * Pane and row for a key of a fact, signal or consumer group. Undefined if the row no longer exists or no pane shows
 * it.
 */
export const rowPlace = ({ own, features }: RenderContext, key: string | undefined): RowPlace | undefined => {
  if (own === undefined || key === undefined) return undefined;
  const matrix = features.panes.ofKind('samples');
  if (matrix !== undefined && own.snapshot.signals.some((row) => row.key === key))
    return { pane: matrix, key };
  const shown = factKinds().flatMap((kind) => {
    const pane = features.panes.ofKind(kind);
    return pane === undefined ? [] : [{ pane, rows: own.snapshot.kinds[kind].rows as readonly Row[] }];
  });
  for (const { pane, rows } of shown) {
    const row = rows.find((candidate) => candidate.key === key);
    if (row !== undefined) return { pane, key: paneRowKey(pane, row) };
  }
  // The key may belong to a row that groups several facts.
  const group = shown.find(
    ({ pane, rows }) => pane.rowKey !== undefined && rows.some((row) => paneRowKey(pane, row) === key),
  );
  return group === undefined ? undefined : { pane: group.pane, key };
};
