import { postgresChanges } from '../../clients/postgres/changing.ts';
import type { SqlChange, SqlResult } from '../../clients/postgres/sql-types.ts';
import type { ActEvent } from '../../domain/runbooks/operation.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { type CallFailures, clientFailures, reportCall } from '../kit/operations/report-call.ts';
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

/** No statement was sent: the server rejected the login. */
const loginRejected = /^(?:authentication failed|max_connections reached)/;

/** A statement has no effect without the end of its transaction, which only a lost session leaves open. */
const hadNoEffect = (error: unknown): boolean =>
  !(error instanceof WireError) || error.kind !== 'unreachable' || loginRejected.test(error.message);

/** Sends one statement and reports its progress; returns the result on success. `statusOf`: the text for success. */
export async function* sendStatement(
  client: PostgresClient,
  change: ChangeIo,
  statement: SqlChange,
  statusOf: (answer: SqlResult) => { readonly status: string; readonly ok?: boolean },
  signal: AbortSignal,
): AsyncGenerator<ActEvent, SqlResult | undefined> {
  const line = displayStatement(statement.text, statement.values);
  const failures: CallFailures = { ...clientFailures(client, 'statement'), isRefusal: hadNoEffect };
  const sent = yield* reportCall(line, failures, async () => {
    const answer = await change.call(postgresChanges, client.target, statement, signal);
    const output = answer.notices.map((notice) => secretMasker.mask(notice));
    return { ...statusOf(answer), value: answer, output };
  });
  return sent?.value;
}

/** 'done in 1,204 ms', with the number of affected rows where there are any. */
export const completionStatus = ({ rowCount, latencyMs }: SqlResult): { readonly status: string } => ({
  status: `done in ${latencyMs} ms${rowCount > 0 ? `, ${pluralize(rowCount, 'row')}` : ''}`,
});
