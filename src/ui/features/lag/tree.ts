import { RoundCache } from '../../../domain/base/round-cache.ts';
import type { Row } from '../../../domain/facts/snapshot.ts';
import { sameList } from '../../../store/copy-on-write.ts';
import type { TreeNode } from '../../shell/panes/tree.ts';
import { consumerGroupKey, type LagRow, partitionRow, totalsRow } from './rows.ts';

type Rows = readonly Row<'lag'>[];
type Node = TreeNode<LagRow>;
/** The nodes of groups or topics by their first partition, with the partitions that they were made of. */
type Totals = RoundCache<Row<'lag'>, { readonly rows: Rows; readonly node: Node }>;

/** The node of the same partitions before, or a new one. */
const reused = (cache: Totals, rows: Rows, make: () => Node): Node => {
  const [first] = rows;
  const was = first && cache.get(first);
  if (was !== undefined && sameList(was.rows, rows)) return was.node;
  const node = make();
  if (first !== undefined) cache.set(first, { rows, node });
  return node;
};

/**
 * The tree consumer group → topic → partition. Nodes of unchanged partitions are reused: there may be ten thousands, of which few
 * change, and a filter shows them all.
 */
export class LagTree {
  readonly #groups: Totals = new RoundCache();
  readonly #topics: Totals = new RoundCache();
  readonly #partitions = new RoundCache<Row<'lag'>, Node>();
  #rows: Rows = [];

  /** Returns the groups. */
  build(rows: Rows): readonly Node[] {
    if (rows !== this.#rows)
      for (const cache of [this.#groups, this.#topics, this.#partitions]) cache.endRound();
    this.#rows = rows;
    return [...Map.groupBy(rows, ({ fact }) => consumerGroupKey(fact))].map(([key, members]) =>
      reused(this.#groups, members, () => ({
        row: totalsRow(key, members[0]?.fact.group ?? '', members),
        children: () => this.#topicsOf(key, members),
      })),
    );
  }

  #topicsOf(key: string, members: Rows): readonly Node[] {
    return [...Map.groupBy(members, ({ fact }) => fact.topic)].map(([topic, parts]) =>
      reused(this.#topics, parts, () => ({
        row: totalsRow(`${key}/${topic}`, topic, parts),
        children: () =>
          parts
            .toSorted((a, b) => a.fact.partition - b.fact.partition)
            .map((row) => this.#partitions.get(row) ?? this.#partitions.set(row, { row: partitionRow(row) })),
      })),
    );
  }
}
