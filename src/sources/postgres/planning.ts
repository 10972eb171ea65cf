import type { SqlQuestion } from '../../clients/postgres/sql.ts';
import { PlanError } from '../../domain/plan-error.ts';
import type { PostgresClient } from './client.ts';
import type { Row } from './parse.ts';

/** The rows of a question that a plan needs. Throws PlanError: without them there is no plan. */
export const asked = async (
  client: PostgresClient,
  text: string,
  signal: AbortSignal,
  values: NonNullable<SqlQuestion['values']> = [],
): Promise<readonly Row[]> =>
  planned(client, 'plan', async () => (await client.ask(text, signal, { values })).rows);

/** What reading gave, or a PlanError that says why there can be no plan. */
export const planned = async <T>(
  client: PostgresClient,
  what: string,
  read: () => Promise<T>,
): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PlanError) throw error;
    throw new PlanError('failed', client.fault(what, error).message, { cause: error });
  }
};

export const notApplicable = (why: string): PlanError => new PlanError('not-applicable', why);
