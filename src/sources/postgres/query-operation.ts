import { z } from 'zod';
import { readViolation } from '../../clients/postgres/read-check.ts';
import type { SqlResult } from '../../clients/postgres/sql-types.ts';
import type { ActEvent } from '../../domain/runbooks/operation.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { declareOperation } from '../kit/operations/define-operation.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import { clientForDatabase, type PostgresContext } from './client.ts';
import { zDatabase, zReadSql, zValues } from './config.ts';
import { countedRows } from './hidden-counts.ts';
import { identifierProblem, substituteIdentifiers, zIdentifiers } from './identifiers.ts';
import { displayStatement } from './send-statement.ts';
import { profileSql } from './statements.ts';

const maxCellLength = 120;

const queryParams = z
  .strictObject({
    sql: zReadSql,
    params: zValues.exactOptional(),
    identifiers: zIdentifiers,
    database: zDatabase,
    limit: z
      .int()
      .min(1)
      .max(1000)
      .meta({ description: 'how many rows of the result to show at most' })
      .default(50),
  })
  .superRefine(({ sql, identifiers }, context) => {
    const problem =
      identifierProblem([sql], identifiers) ?? readViolation(substituteIdentifiers(sql, identifiers));
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['sql'], message: problem });
  });

const declaration = declareOperation({
  name: 'query',
  params: queryParams,
  resultKinds: ['rows'],
  hiddenBy: ({ sql }) => countedRows({ sql }),
  bindingRules: { sql: 'statement' },
});

/** `query`: shows the result of a SELECT, in a read-only transaction through the reading io. */
export const queryOperation = defineReadOperation(declaration, ({ client: home }: PostgresContext) => ({
  plan: async ({ sql: written, params, identifiers, limit, database }) => {
    const sql = substituteIdentifiers(written, identifiers);
    const client = clientForDatabase(home, database);
    return {
      targets: [{ name: client.database, uid: client.displayAddress, saw: '', where: client.displayAddress }],
      calls: [{ line: displayStatement(sql, params), target: 0 }],
      objects: [`shows at most ${limit} rows`],
    };
  },
  act: async function* (plan, _change, signal): AsyncIterable<ActEvent> {
    const { sql: written, params = [], identifiers, limit, database } = plan.params;
    const sql = substituteIdentifiers(written, identifiers);
    const client = clientForDatabase(home, database);
    const line = displayStatement(sql, params);
    yield { is: 'call', line };
    try {
      const answer = await client.ask(profileSql(sql), signal, { values: params, maxRows: limit });
      for (const text of resultTableLines(answer)) yield { is: 'output', text: secretMasker.mask(text) };
      yield { is: 'found', found: { rows: answer.rows, rowCount: answer.rowCount } };
      yield { is: 'answered', line, status: rowCountText(answer), ok: true };
    } catch (error) {
      yield { is: 'answered', line, status: client.fault('query', error).message, ok: false };
    }
  },
}));

const rowCountText = ({ rowCount, rows, latencyMs }: SqlResult): string =>
  `${pluralize(rowCount, 'row')} in ${latencyMs} ms${rowCount > rows.length ? `, only the first ${rows.length} are shown` : ''}`;

/** A header and a line per row, with columns separated by bars. */
const resultTableLines = ({ columns, rows }: SqlResult): readonly string[] => [
  columns.join(' | '),
  ...rows.map((row) => columns.map((name) => oneLine(row[name] ?? 'NULL', maxCellLength)).join(' | ')),
];
