import { z } from 'zod';
import { readViolation } from '../../clients/postgres/read-check.ts';
import { tokenizeSql } from '../../clients/postgres/sql-tokens.ts';
import { defined } from '../../domain/base/defined.ts';
import { type ActEvent, notApplicable } from '../../domain/runbooks/operation.ts';
import { parseDuration } from '../../domain/text/duration.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { declareOperation, defineOperation } from '../kit/operations/define-operation.ts';
import { defineReadOperation } from '../kit/operations/read-operation.ts';
import { type PostgresClient, type PostgresContext, rowsForPlan } from './client.ts';
import { versionSql } from './detail-rows.ts';
import { numberColumn, textColumn } from './parse.ts';
import { displayStatement } from './send-statement.ts';
import { taggedSql } from './statements.ts';

/** EXPLAIN ANALYZE executes the statement on a server that is already slow. */
const shortestMs = 1000;
const longestMs = 30_000;
const defaultTimeout = '10s';

/** Source: PostgreSQL docs, release notes of 16: EXPLAIN (GENERIC_PLAN). */
const genericPlanSince = 160_000;

const explainParams = z.strictObject({
  queryid: z
    .string()
    .regex(/^-?\d{1,20}$/, {
      error: 'not a queryid: use the number in the column queryid of pg_stat_statements',
    })
    .meta({ description: 'explain the statement with this queryid in pg_stat_statements' }),
  values: z
    .string()
    .max(2000)
    .meta({ description: 'values for $1, $2 …, separated by commas (PostgreSQL 16 plans without them)' })
    .default(''),
});

const analyzeParams = explainParams.extend({
  timeout: z
    .string()
    .refine(
      (text) => {
        const ms = parseDuration(text) ?? 0;
        return ms >= shortestMs && ms <= longestMs;
      },
      { error: 'not a duration from 1s to 30s: use 5s' },
    )
    .meta({ description: `how long the statement may run, from 1s to 30s (default: ${defaultTimeout})` })
    .default(defaultTimeout),
});

const statementSql = taggedSql(
  'statementText',
  `
SELECT s.query FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
WHERE s.queryid = $1::bigint AND d.datname = current_database() ORDER BY s.calls DESC LIMIT 1`,
);

/** The number of placeholders: the highest n of $n. */
const placeholdersIn = (query: string): number =>
  Math.max(0, ...[...query.matchAll(/\$(\d+)/g)].map(([, digits]) => Number(digits)));

/** The reason why a recorded statement cannot be explained; undefined if it only returns rows. */
const refusalOf = (query: string): string | undefined => {
  if (query === '<insufficient privilege>')
    return 'the text of the statement is hidden from this role: GRANT pg_monitor to the role';
  const violation = readViolation(query);
  if (violation !== undefined) return `opsdeck explains only queries, and ${violation}`;
  const tokens = tokenizeSql(query);
  const first = 'why' in tokens ? undefined : tokens.find(({ is }) => is === 'word');
  return first?.text === 'select' || first?.text === 'with'
    ? undefined
    : 'only SELECT and WITH are explained';
};

interface ExplainedStatement {
  readonly text: string;
  readonly values: readonly string[];
}

/** The EXPLAIN for a recorded statement. Throws PlanError. */
const explained = async (
  client: PostgresClient,
  { queryid, values: written }: z.infer<typeof explainParams>,
  options: string,
  signal: AbortSignal,
): Promise<ExplainedStatement> => {
  const [row] = await rowsForPlan(client, statementSql, signal, [queryid]);
  if (row === undefined)
    throw notApplicable(`pg_stat_statements no longer has statement ${queryid}: choose another statement`);
  const query = textColumn(row, 'query');
  const refusal = refusalOf(query);
  if (refusal !== undefined) throw notApplicable(`statement ${queryid}: ${refusal}`);
  const values = written === '' ? [] : written.split(',').map((value) => value.trim());
  const wantedAmount = placeholdersIn(query);
  const explain = (more: string): string => taggedSql('plan', `EXPLAIN ${more}${query}`);
  if (values.length === wantedAmount) return { text: explain(options), values };
  if (values.length > 0)
    throw notApplicable(
      `the statement has ${wantedAmount} placeholders, and ${values.length} values were given`,
    );
  const [version] = await rowsForPlan(client, versionSql, signal);
  const isGeneric = options === '' && (numberColumn(version ?? {}, 'number') ?? 0) >= genericPlanSince;
  if (isGeneric) return { text: explain('(GENERIC_PLAN) '), values: [] };
  throw notApplicable(
    `the statement has ${wantedAmount} placeholders: give their values, separated by commas${options === '' ? ' (PostgreSQL 16 plans without them)' : ''}`,
  );
};

/** Runs an EXPLAIN in a read-only transaction that is rolled back, and shows the plan. */
async function* showPlan(
  client: PostgresClient,
  { text, values }: ExplainedStatement,
  timeoutMs: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<ActEvent> {
  const line = displayStatement(text, values);
  yield { is: 'call', line };
  try {
    const how = { values, ...defined({ timeoutMs }) };
    const { rows, rowCount, latencyMs } = await client.ask(text, signal, how);
    for (const row of rows) yield { is: 'output', text: secretMasker.mask(textColumn(row, 'QUERY PLAN')) };
    yield { is: 'found', found: { rows, rowCount } };
    yield { is: 'answered', line, status: `done in ${latencyMs} ms`, ok: true };
  } catch (error) {
    yield { is: 'answered', line, status: client.fault('explain', error).message, ok: false };
  }
}

const zExplained = z.object({ text: z.string(), values: z.array(z.string()) });

const explainTargets = (client: PostgresClient, { text, values }: ExplainedStatement) => ({
  targets: [{ name: client.database, uid: client.displayAddress, saw: '', where: client.displayAddress }],
  calls: [{ line: displayStatement(text, values), target: 0 }],
});

const explainDeclaration = declareOperation({
  name: 'explain',
  params: explainParams,
  resultKinds: ['rows'],
});

/** `explain`: shows the plan of a statement that pg_stat_statements has recorded, without executing it. */
export const explainOperation = defineReadOperation(explainDeclaration, ({ client }: PostgresContext) => ({
  plan: async (params, signal) => {
    const statement = await explained(client, params, '', signal);
    return { ...explainTargets(client, statement), objects: ['executes nothing'], earlier: statement };
  },
  act: (plan, _change, signal) => showPlan(client, zExplained.parse(plan.earlier), undefined, signal),
}));

const analyzeDeclaration = declareOperation({
  name: 'explainAnalyze',
  danger: 'safe',
  params: analyzeParams,
});

/** `explainAnalyze`: executes a recorded statement in a read-only transaction, and shows its plan with times. */
export const explainAnalyzeOperation = defineOperation(analyzeDeclaration, ({ client }: PostgresContext) => ({
  plan: async (params, signal) => {
    const statement = await explained(client, params, '(ANALYZE, BUFFERS) ', signal);
    return {
      ...explainTargets(client, statement),
      objects: [
        `opsdeck executes the statement in a read-only transaction, for at most ${params.timeout}`,
        'the rows of the result are discarded',
      ],
      earlier: statement,
    };
  },
  recheck: async () => undefined,
  act: (plan, _change, signal) =>
    showPlan(client, zExplained.parse(plan.earlier), parseDuration(plan.params.timeout) ?? longestMs, signal),
}));
