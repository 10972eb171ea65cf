import { z } from 'zod';
import {
  relationOperation,
  requireRelation,
  zRelationName,
  zStatementTimeout,
} from './relation-operation.ts';

const vacuumParams = z.strictObject({
  table: zRelationName.meta({ description: 'table; default: every table of the database' }).exactOptional(),
  analyze: z.boolean().meta({ description: 'false: do not update planner statistics' }).default(true),
  timeout: zStatementTimeout.exactOptional(),
});

const vacuumLoss = 'dead rows, which no transaction can see';

/** `vacuum`: makes the space of dead rows reusable. Never FULL, which would lock the table. */
export const vacuumOperation = relationOperation(
  { name: 'vacuum', danger: 'disruptive', params: vacuumParams },
  async (client, { table, analyze }, signal) => {
    const verb = analyze ? 'VACUUM (ANALYZE)' : 'VACUUM';
    if (table === undefined)
      return {
        statement: verb,
        objects: [`every table of ${client.database} that this role may vacuum`],
        lost: vacuumLoss,
      };
    const relation = await requireRelation(client, 'table', table, signal);
    return {
      statement: `${verb} ${relation.quoted}`,
      relationName: table,
      relation: relation,
      objects: relation.summary,
      lost: vacuumLoss,
    };
  },
);

const reindexParams = z
  .strictObject({
    index: zRelationName.exactOptional(),
    table: zRelationName.meta({ description: 'table: all of its indexes' }).exactOptional(),
    concurrently: z
      .boolean()
      .meta({ description: 'false: faster, but blocks writes to the table' })
      .default(true),
    timeout: zStatementTimeout.exactOptional(),
  })
  .refine(({ index, table }) => (index === undefined) !== (table === undefined), {
    error: 'specify index: NAME or table: NAME',
  });

/** `reindex`: rebuilds an index, or all indexes of a table. */
export const reindexOperation = relationOperation(
  { name: 'reindex', danger: 'disruptive', params: reindexParams },
  async (client, { index, table, concurrently }, signal) => {
    const is = index === undefined ? 'table' : 'index';
    const of = index ?? table ?? '';
    const relation = await requireRelation(client, is, of, signal);
    const how = concurrently ? ' CONCURRENTLY' : '';
    return {
      statement: `REINDEX ${is.toUpperCase()}${how} ${relation.quoted}`,
      relationName: of,
      relation: relation,
      lost: 'nothing: the index is rebuilt from the same rows',
      objects: [
        ...relation.summary,
        concurrently ? 'reads and writes continue' : 'writes to the table are blocked meanwhile',
      ],
    };
  },
);
