import { z } from 'zod';
import { relationNamed, relationOperation, zName, zTimeout } from './relation-operation.ts';

const vacuumParams = z.strictObject({
  table: zName.meta({ description: 'default: every table of the database' }).exactOptional(),
  analyze: z
    .boolean()
    .meta({ description: 'false: leave the statistics of the planner as they are' })
    .default(true),
  timeout: zTimeout.exactOptional(),
});

const lost = 'nothing that undo could give back: dead rows, which nobody sees';

/** `vacuum`: gives the space of dead rows back to the table. Never FULL, which would lock it. */
export const vacuum = relationOperation(
  { name: 'vacuum', danger: 'disruptive', params: vacuumParams },
  async (client, { table, analyze }, signal) => {
    const verb = analyze ? 'VACUUM (ANALYZE)' : 'VACUUM';
    if (table === undefined)
      return { statement: verb, objects: [`every table of ${client.database} that is ours`], lost };
    const found = await relationNamed(client, 'table', table, signal);
    return { statement: `${verb} ${found.quoted}`, of: table, found, objects: found.words, lost };
  },
);

const reindexParams = z
  .strictObject({
    index: zName.exactOptional(),
    table: zName.meta({ description: 'all indexes of this table' }).exactOptional(),
    concurrently: z
      .boolean()
      .meta({ description: 'false: locks the table against writing, and is quicker' })
      .default(true),
    timeout: zTimeout.exactOptional(),
  })
  .refine(({ index, table }) => (index === undefined) !== (table === undefined), {
    error: 'say what: index: NAME, or table: NAME',
  });

/** `reindex`: builds an index, or all of a table, anew. */
export const reindex = relationOperation(
  { name: 'reindex', danger: 'disruptive', params: reindexParams },
  async (client, { index, table, concurrently }, signal) => {
    const is = index === undefined ? 'table' : 'index';
    const of = index ?? table ?? '';
    const found = await relationNamed(client, is, of, signal);
    const how = concurrently ? ' CONCURRENTLY' : '';
    return {
      statement: `REINDEX ${is.toUpperCase()}${how} ${found.quoted}`,
      of,
      found,
      lost: 'nothing that undo could give back: the index is made anew of the same rows',
      objects: [
        ...found.words,
        concurrently ? 'reading and writing go on' : 'the table cannot be written meanwhile',
      ],
    };
  },
);
