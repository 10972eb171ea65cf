import type { FactKind } from '../facts.ts';
import type { KindView } from '../snapshot.ts';
import type { RowSet } from './ast.ts';

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
