import { postgresChanges } from '../../clients/postgres/changing.ts';
import type { SqlChange, SqlResult } from '../../clients/postgres/sql-types.ts';
import type { ActEvent } from '../../domain/operation.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { WireError } from '../../platform/wire-error.ts';
import type { PostgresClient } from './client.ts';

/** Formats a statement for display: its values first, since they distinguish it from similar ones; without its tag. */
export const displayStatement = (text: string, values: SqlChange['values'] = []): string => {
  const statement = text
    .replace(/^\/\* opsdeck:\w+ \*\/ /, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const bound = values.map((value, index) => `$${index + 1}=${JSON.stringify(value)}`).join(' ');
  return secretMasker.mask(bound === '' ? statement : `${bound}: ${statement}`);
};

/** No statement was sent: the server was unreachable or rejected the login. */
const notSentPattern = /^(?:connection refused|authentication failed|max_connections reached)/;

/** Sends one statement and reports its progress; returns the result on success. `statusOf`: the text for success. */
export async function* sendStatement(
  client: PostgresClient,
  change: ChangeIo,
  statement: SqlChange,
  statusOf: (answer: SqlResult) => { readonly status: string; readonly ok?: boolean },
  signal: AbortSignal,
): AsyncGenerator<ActEvent, SqlResult | undefined> {
  const line = displayStatement(statement.text, statement.values);
  yield { is: 'call', line };
  try {
    const answer = await change.call(postgresChanges, client.target, statement, signal);
    for (const notice of answer.notices) yield { is: 'output', text: secretMasker.mask(notice) };
    const { status, ok = true } = statusOf(answer);
    yield { is: 'answered', line, status, ok };
    return ok ? answer : undefined;
  } catch (error) {
    const { kind, message, remedy } = client.fault('', error);
    const why = message.replace(`${client.displayAddress} : `, '');
    const isDoubtful =
      error instanceof WireError && kind === 'unreachable' && !notSentPattern.test(error.message);
    const doubt = isDoubtful ? '; the statement may have taken effect anyway' : '';
    yield {
      is: 'answered',
      line,
      status: `${why}${doubt}${remedy === undefined ? '' : `; ${remedy}`}`,
      ok: false,
    };
    return undefined;
  }
}

/** 'done in 1,204 ms', with the number of affected rows where there are any. */
export const completionStatus = ({ rowCount, latencyMs }: SqlResult): { readonly status: string } => ({
  status: `done in ${latencyMs} ms${rowCount > 0 ? `, ${rowCount} rows` : ''}`,
});
