import { z } from 'zod';
import { quoteIdentifier } from './identifiers.ts';
import {
  relationOperation,
  requireRelation,
  zRelationName,
  zStatementTimeout,
} from './relation-operation.ts';

const vacuumParams = z.strictObject({
  table: zRelationName
    .meta({
      description:
        'the statement acts on this table. By default, the statement acts on every table of the database',
    })
    .exactOptional(),
  analyze: z
    .boolean()
    .meta({ description: 'with false, the planner statistics are not updated. The default is true' })
    .default(true),
  timeout: zStatementTimeout.exactOptional(),
});

const vacuumLoss = 'only dead rows are removed, which no transaction can see';

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
    table: zRelationName
      .meta({ description: 'rebuild all indexes of the table with this name' })
      .exactOptional(),
    database: z
      .literal(true)
      .meta({
        description:
          'true: whether to rebuild all indexes of the database, except those of the system catalogs',
      })
      .exactOptional(),
    concurrently: z
      .boolean()
      .meta({
        description:
          'whether writes to the table continue during the work (default: true). With false, the work is faster, but blocks them',
      })
      .default(true),
    timeout: zStatementTimeout.exactOptional(),
  })
  .refine(
    ({ index, table, database }) =>
      [index, table, database].filter((entry) => entry !== undefined).length === 1,
    {
      error: 'write index: NAME, table: NAME or database: true',
    },
  );

const reindexNotes = (concurrently: boolean): readonly string[] => [
  concurrently
    ? 'reads and writes continue. Needs disk space for a second copy of each index'
    : 'writes to the table are blocked until the work is done',
];

const reindexLoss = 'nothing is lost: the index is rebuilt from the same rows';

/** `reindex`: rebuilds one index, all indexes of a table, or those of the database. */
export const reindexOperation = relationOperation(
  { name: 'reindex', danger: 'disruptive', params: reindexParams },
  async (client, { index, table, database, concurrently }, signal) => {
    const how = concurrently ? ' CONCURRENTLY' : '';
    if (database === true)
      return {
        statement: `REINDEX DATABASE${how} ${quoteIdentifier(client.database)}`,
        lost: reindexLoss,
        objects: [
          `every index of ${client.database}, one table after the other`,
          ...reindexNotes(concurrently),
        ],
      };
    const is = index === undefined ? 'table' : 'index';
    const of = index ?? table ?? '';
    const relation = await requireRelation(client, is, of, signal);
    return {
      statement: `REINDEX ${is.toUpperCase()}${how} ${relation.quoted}`,
      relationName: of,
      relation: relation,
      lost: reindexLoss,
      objects: [...relation.summary, ...reindexNotes(concurrently)],
    };
  },
);
