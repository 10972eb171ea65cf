import { expect, test } from 'vitest';
import type { ActEvent } from '../../../src/domain/runbooks/operation.ts';
import type { PostgresClient } from '../../../src/sources/postgres/client.ts';
import { withMaintenanceProgress } from '../../../src/sources/postgres/maintenance-progress.ts';
import { manualClock } from '../../support/manual-clock.ts';

type Row = Readonly<Record<string, string | null>>;

const building = (done: string, lockers = '0'): Row => ({
  command: 'CREATE INDEX CONCURRENTLY',
  name: 'orders',
  phase: 'building index: scanning table',
  done,
  total: '200',
  lockers,
});

/** The lines of an action that lasts 32 s, during which the server reports these rows in turn. */
const linesOf = async (reports: readonly (Row | Error | undefined)[]): Promise<readonly string[]> => {
  const clock = manualClock();
  const { signal } = new AbortController();
  let amount = 0;
  const client = {
    ask: async () => {
      const report = reports[amount];
      amount += 1;
      if (report instanceof Error) throw report;
      return { rows: report === undefined ? [] : [report] };
    },
  } as unknown as PostgresClient;
  async function* sent(): AsyncGenerator<ActEvent> {
    yield { is: 'call', line: 'CREATE INDEX' };
    await clock.sleep(32_000, signal);
    yield { is: 'answered', line: 'CREATE INDEX', status: 'done', ok: true };
  }
  const lines: string[] = [];
  let isOver = false;
  const acting = (async () => {
    for await (const event of withMaintenanceProgress(sent(), 'index', client, { clock }, signal))
      lines.push(event.is === 'output' ? event.text : event.is);
  })().finally(() => {
    isOver = true;
  });
  while (!isOver) await clock.advance(500);
  await acting;
  return lines;
};

test('a running build reports its phase, its share and what it waits for, each state once', async () => {
  expect(await linesOf([building('10'), building('10'), building('150', '2'), undefined])).toEqual([
    'call',
    'CREATE INDEX CONCURRENTLY orders: building index: scanning table 5.0 %',
    'CREATE INDEX CONCURRENTLY orders: building index: scanning table 75.0 % (waits for 2 transactions)',
    'answered',
  ]);
});

test('a failed read of the progress hides it, and not the result', async () => {
  expect(await linesOf([new Error('permission denied'), building('200')])).toEqual([
    'call',
    'CREATE INDEX CONCURRENTLY orders: building index: scanning table 100.0 %',
    'answered',
  ]);
});
