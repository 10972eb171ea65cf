import { expect, test } from 'vitest';
import type { PostgresClient } from '../../../src/sources/postgres/client.ts';
import { signalPermit } from '../../../src/sources/postgres/signal-operation.ts';

type Row = Readonly<Record<string, string | null>>;

const permitFor = (...rows: readonly Row[]) => {
  const questions: unknown[] = [];
  const client: Pick<PostgresClient, 'ask'> = {
    ask: async (text, _, how) => {
      questions.push([text.slice(0, 21), how?.values]);
      return { rows, rowCount: rows.length, fields: [] } as unknown as Awaited<
        ReturnType<PostgresClient['ask']>
      >;
    },
  };
  // Only its query is used.
  const permit = signalPermit(client as PostgresClient, [12, 7], new AbortController().signal);
  return { permit, asked: questions };
};
const row = (allowed: boolean, isSuper = false): Row => ({
  me: 'ops',
  user: 'app',
  super: isSuper ? 't' : 'f',
  allowed: allowed ? 't' : 'f',
});

test.each([
  [[row(true)], { allowed: true, why: 'ops is allowed to terminate these sessions' }],
  [
    [row(true), row(false)],
    {
      allowed: false,
      why: 'ops may not terminate sessions of app',
      remedy: 'GRANT pg_signal_backend TO ops',
    },
  ],
  [
    [row(false, true)],
    {
      allowed: false,
      why: 'ops may not terminate sessions of app, who is a superuser',
      remedy: 'connect as a superuser',
    },
  ],
  [[], { allowed: 'unknown', why: 'these sessions no longer exist' }],
])('%j', async (rows, permit) => {
  const found = permitFor(...rows);
  expect(await found.permit).toEqual(permit);
  expect(found.asked).toEqual([['/* opsdeck:permit */ ', [['12', '7']]]]);
});
