import type { FactKind } from '../facts.ts';
import type { KindView, Row } from '../snapshot.ts';
import type { RowSet, WrittenTest } from './ast.ts';
import type { Tri } from './kleene.ts';
import { type Params, testRow } from './test-row.ts';

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
  params: Params,
): readonly Judged<K>[] =>
  view.rows
    .map((row): Judged<K> => {
      const member = filter === undefined ? 'true' : testRow(filter.test, kind, row, params);
      if (member === 'false' || row.stale)
        return { row, member: member === 'false' ? 'false' : 'unknown', met: 'unknown' };
      return { row, member, met: test === undefined ? 'true' : testRow(test.test, kind, row, params) };
    })
    .filter(({ member }) => member !== 'false');

/** What of a kind cannot be seen, in words; undefined when all of it was. */
export const unseen = (kind: FactKind, { rows, blind, asked, waiting }: KindView): string | undefined => {
  const [fault] = blind;
  if (fault !== undefined)
    return `${rows.length === 0 ? '' : 'part of '}${kind} cannot be seen: ${fault.message}`;
  if (!asked && rows.length === 0) return `no source gives ${kind}`;
  if (waiting === 0) return undefined;
  return rows.length === 0 ? `${kind} have not been read yet` : `not all ${kind} have been read yet`;
};

/** The set in words: 'breakers with name = "x"'. */
export const setText = ({ kind, filter }: RowSet): string =>
  filter === undefined ? kind : `${kind} with ${filter.text}`;
