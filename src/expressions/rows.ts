import type { FactKind } from '../domain/facts.ts';
import type { KindView, Row } from '../domain/snapshot.ts';
import type { WrittenTest } from './ast.ts';
import type { Given } from './given.ts';
import type { Tri } from './kleene.ts';
import { testRow } from './test-row.ts';

/** A row, whether it belongs to the set, and whether it meets the test. */
export interface Judged<K extends FactKind> {
  readonly row: Row<K>;
  readonly member: Tri;
  readonly met: Tri;
}

/** The rows that may belong to a set. Of a stale row nothing is sure, not even that it is still there. */
export const judgeRows = <K extends FactKind>(
  kind: K,
  view: KindView<K>,
  filter: WrittenTest | undefined,
  test: WrittenTest | undefined,
  given: Given,
): readonly Judged<K>[] =>
  view.rows
    .map((row): Judged<K> => {
      const member = filter === undefined ? 'true' : testRow(filter.test, kind, row, given);
      if (member === 'false' || row.stale)
        return { row, member: member === 'false' ? 'false' : 'unknown', met: 'unknown' };
      return { row, member, met: test === undefined ? 'true' : testRow(test.test, kind, row, given) };
    })
    .filter(({ member }) => member !== 'false');
