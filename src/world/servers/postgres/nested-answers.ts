import { type Asking, table } from './asking.ts';
import type { Rows } from './messages.ts';

/** A function that runs the statement which it is given, as one literal or as several that are joined. */
const nested = /\b(query_to_xml|ts_stat)\s*\(\s*('(?:[^']|'')*'(?:\s*\|\|\s*'(?:[^']|'')*')*)/i;
const literal = /'((?:[^']|'')*)'/g;

/**
 * The answer to a statement that has another one run out of a text: what the inner one does is done, also in a transaction
 * that is read only. Undefined when the statement calls no such function.
 */
export const nestedAnswer = ({ db, text }: Asking): Rows | undefined => {
  const [, name = '', given = ''] = nested.exec(text) ?? [];
  if (name === '') return undefined;
  const inner = [...given.matchAll(literal)].map(([, piece = '']) => piece.replaceAll("''", "'")).join('');
  const [, pid] = /\bpg_terminate_backend\((\d+)/i.exec(inner) ?? [];
  const done = pid === undefined ? false : db.terminate(Number(pid));
  return table([{ [name]: `<row><pg_terminate_backend>${done}</pg_terminate_backend></row>` }]);
};
