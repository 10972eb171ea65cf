import { z } from 'zod';
import { whyNoRead } from '../../clients/postgres/read-check.ts';
import type { SqlAnswer } from '../../clients/postgres/sql.ts';
import type { ActEvent } from '../../domain/operation.ts';
import { oneLine } from '../../platform/terminal/sanitize.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { declareOperation, defineOperation } from '../define-operation.ts';
import { inDatabase, type PostgresParts } from './client.ts';
import { zDatabase, zReadSql, zValues } from './config.ts';
import { identifierProblem, withIdentifiers, zIdentifiers } from './identifiers.ts';
import { callLine } from './statement-call.ts';
import { own } from './statements.ts';

const cellLetters = 120;

const queryParams = z
  .strictObject({
    sql: zReadSql,
    params: zValues.exactOptional(),
    identifiers: zIdentifiers,
    database: zDatabase,
    limit: z.int().min(1).max(1000).meta({ description: 'rows to show' }).default(50),
  })
  .superRefine(({ sql, identifiers }, context) => {
    const problem = identifierProblem([sql], identifiers) ?? whyNoRead(withIdentifiers(sql, identifiers));
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['sql'], message: problem });
  });

const declared = declareOperation({
  name: 'query',
  danger: 'read',
  params: queryParams,
  finds: ['rows'],
  binds: { sql: 'statement' },
});

/** `query`: shows what a SELECT brings, in a read-only transaction, through the reading door. */
export const query = defineOperation(declared, ({ client: home }: PostgresParts) => ({
  plan: async ({ sql: written, params, identifiers, limit, database }) => {
    const sql = withIdentifiers(written, identifiers);
    const client = inDatabase(home, database);
    return {
      targets: [{ name: client.database, uid: client.where, saw: '', where: client.where }],
      calls: [{ line: callLine(sql, params), target: 0 }],
      objects: [`at most ${limit} rows are shown`],
    };
  },

  recheck: async () => undefined,

  act: async function* (plan, _change, signal): AsyncIterable<ActEvent> {
    const { sql: written, params = [], identifiers, limit, database } = plan.params;
    const sql = withIdentifiers(written, identifiers);
    const client = inDatabase(home, database);
    const line = callLine(sql, params);
    yield { is: 'call', line };
    try {
      const answer = await client.ask(own(sql), signal, { values: params, maxRows: limit });
      for (const text of tableOf(answer)) yield { is: 'output', text: masker.mask(text) };
      yield { is: 'found', found: { rows: answer.rows, rowCount: answer.rowCount } };
      yield { is: 'answered', line, status: countWords(answer), ok: true };
    } catch (error) {
      yield { is: 'answered', line, status: client.fault('query', error).message, ok: false };
    }
  },
}));

const countWords = ({ rowCount, rows, latencyMs }: SqlAnswer): string =>
  `${rowCount} rows in ${latencyMs} ms${rowCount > rows.length ? `, the first ${rows.length} are shown` : ''}`;

/** A header and a line per row, columns between bars. */
const tableOf = ({ columns, rows }: SqlAnswer): readonly string[] => [
  columns.join(' | '),
  ...rows.map((row) => columns.map((name) => oneLine(row[name] ?? 'NULL', cellLetters)).join(' | ')),
];
