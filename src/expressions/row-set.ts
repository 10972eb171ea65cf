import type { FactKind } from '../domain/facts.ts';
import type { ParamValues } from '../domain/param-value.ts';
import { readable } from '../domain/readable.ts';
import type { KindView } from '../domain/snapshot.ts';
import type { RowSet, WrittenTest } from './ast.ts';

/** What of a kind cannot be seen, in words; undefined when all of it was. */
export const unseen = (kind: FactKind, { rows, blind, asked, waiting }: KindView): string | undefined => {
  const [fault] = blind;
  if (fault !== undefined)
    return `${rows.length === 0 ? '' : 'part of '}${kind} cannot be seen: ${fault.message}`;
  if (!asked && rows.length === 0) return `no source gives ${kind}`;
  if (waiting === 0) return undefined;
  return rows.length === 0 ? `${kind} have not been read yet` : `not all ${kind} have been read yet`;
};

/** A test as it was written, with the values of its references. */
export const testText = ({ text }: WrittenTest, params: ParamValues = {}): string =>
  readable(text, params).replaceAll('${before}', 'its value before the act');

/** The set in words: 'breakers with name = "x"'. */
export const setText = ({ kind, filter }: RowSet, params?: ParamValues): string =>
  filter === undefined ? kind : `${kind} with ${testText(filter, params)}`;
