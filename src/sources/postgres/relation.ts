import { z } from 'zod';
import { bytes, count } from '../../domain/format.ts';
import type { Target } from '../../domain/operation.ts';
import type { PostgresClient } from './client.ts';
import { numberOf, type Row, textOf } from './parse.ts';
import { asked, notApplicable } from './planning.ts';
import { parseName, quoteIdentifier } from './quote.ts';
import { relation } from './statements.ts';

/** The name of a table or an index. */
export const zName = z.string().refine((name) => parseName(name) !== undefined, {
  error: 'a name, with its schema or without: orders, public.orders',
});

/** A table or an index that is there. */
export interface Relation {
  readonly oid: string;
  readonly is: 'table' | 'index';
  readonly schema: string;
  readonly name: string;
  /** As SQL names it. */
  readonly quoted: string;
  /** For the preview: its size, its rows, its indexes. */
  readonly words: readonly string[];
}

const kinds: Readonly<Record<string, Relation['is']>> = {
  r: 'table',
  p: 'table',
  m: 'table',
  i: 'index',
  I: 'index',
};

const relationOf = (row: Row): Relation | undefined => {
  const is = kinds[textOf(row, 'kind')];
  if (is === undefined) return undefined;
  const [schema, name] = [textOf(row, 'schema'), textOf(row, 'name')];
  const dead = numberOf(row, 'dead');
  return {
    oid: textOf(row, 'oid'),
    is,
    schema,
    name,
    quoted: `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`,
    words: [
      `${is} ${schema}.${name}: ${bytes(numberOf(row, 'bytes'))}${dead === undefined ? '' : `, ${count(dead)} dead rows`}`,
      ...textOf(row, 'indexes')
        .split('\n')
        .filter((one) => one !== ''),
    ],
  };
};

/** The relation of that name; undefined when there is none. Throws PlanError. */
export const findRelation = async (
  client: PostgresClient,
  written: string,
  signal: AbortSignal,
): Promise<Relation | undefined> => {
  const named = parseName(written);
  if (named === undefined) return undefined;
  const rows = await asked(client, relation, signal, [named.name, named.schema ?? null]);
  return rows.map(relationOf).find((one) => one !== undefined);
};

/** The table or index of that name. Throws PlanError when it is not there, or is the other. */
export const relationNamed = async (
  client: PostgresClient,
  is: Relation['is'],
  written: string,
  signal: AbortSignal,
): Promise<Relation> => {
  const found = await findRelation(client, written, signal);
  if (found?.is === is) return found;
  throw notApplicable(`there is no ${is} ${written} in ${client.database}`);
};

/** The database as the target, pinned by the object in it. */
export const targetOf = (client: PostgresClient, found: Relation | undefined): Target => ({
  name: client.database,
  uid: found === undefined ? client.where : `${client.where} ${found.is} ${found.oid}`,
  saw: sawOf(found),
  where: client.where,
});

/** What must not have changed of it. */
export const sawOf = (found: Relation | undefined): string =>
  found === undefined
    ? 'nothing of that name'
    : `${found.is} ${found.schema}.${found.name}, oid ${found.oid}`;
