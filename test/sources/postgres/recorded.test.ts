import { describe, expect, test } from 'vitest';
import type { Note } from '../../../src/domain/facts/facts.ts';
import { levelOf } from '../../../src/kinds/registry/registry.ts';
import { postgres } from '../../../src/sources/postgres/index.ts';
import { postgresProtocol } from '../../replay/frames.ts';
import { type Played, play } from '../../replay/open-through.ts';
import { postgresScenarios } from '../../replay/postgres-scenarios.ts';
import { toolOutput, type WireRecording, wireRecording } from '../../replay/recording.ts';
import { type Replay, replayInOrder } from '../../replay/replay-frames.ts';

interface Replayed extends Played {
  readonly recording: WireRecording;
  readonly replay: Replay;
}

/** Replays a scenario recorded from a real PostgreSQL. */
const replayed = async (name: string): Promise<Replayed> => {
  const scenario = postgresScenarios.find((postgresScenario) => postgresScenario.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  const recording = wireRecording(`postgres-15/${name}`);
  const replay = replayInOrder(recording, postgresProtocol);
  const played = await play(postgres, scenario, { dial: replay.dial, at: recording.at });
  return { ...played, recording, replay };
};

/** The columns printed by psql. */
const psql = ({ recording }: Replayed, words: string): readonly (readonly string[])[] =>
  toolOutput(recording, words).map((line) => line.split('|'));
const psqlValue = (from: Replayed, words: string): string => psql(from, words)[0]?.[0] ?? '';

const itemsOf = ({ batches }: Played) => batches.flatMap(({ items }) => items);
const faultsOf = ({ batches }: Played) => batches.flatMap(({ faults }) => faults);
const linesOf = (played: Played): readonly string[] =>
  itemsOf(played)
    .filter((item): item is Note => 'title' in item)
    .map(({ title, text }) => `${title}: ${text}`);

describe('responses of a real PostgreSQL 15', () => {
  test.each(postgresScenarios)('$name: every message sent is the recorded one', async ({ name }) => {
    const { replay } = await replayed(name);
    expect(replay.differences()).toEqual([]);
  });

  test('sessions: PIDs, states, waits and blockers match psql', async () => {
    const played = await replayed('sessions');
    const seen = itemsOf(played).flatMap((item) =>
      'pid' in item && item.user === 'shop'
        ? [
            [
              `${item.pid}`,
              item.application,
              item.state,
              item.waiting,
              item.blockedBy.join('+'),
              `${item.startedAt}`,
              item.query,
            ],
          ]
        : [],
    );
    const shown = psql(played, 'blocking_pids').map(
      ([pid, application, state, type, event, blockers, started, query]) => [
        pid,
        application,
        state,
        type === 'Client' ? '' : `${type}: ${event}`,
        blockers,
        started,
        query,
      ],
    );
    const [root, middle, ...leaves] = seen;
    // The longest transaction comes first.
    expect([root, middle, ...leaves].map((row) => row?.[1])).toEqual(['root', 'middle', 'leaf-0', 'leaf-1']);
    expect(seen.toSorted(byApplication)).toEqual(shown);
    expect(root?.slice(2, 5)).toEqual(['idle in transaction', '', '']);
    expect(middle?.slice(2, 5)).toEqual(['active', 'Lock: transactionid', root?.[0]]);
    for (const leaf of leaves)
      expect(leaf.slice(2, 5)).toEqual(['active', 'Lock: transactionid', middle?.[0]]);
    expect(faultsOf(played)).toEqual([]);
  });

  test('sessions: one blocked by a prepared transaction is blocked, and its lock names the transaction', async () => {
    const played = await replayed('sessions-prepared');
    const waiter = itemsOf(played).find((item) => 'pid' in item && item.application === 'waiter');
    expect(psql(played, 'blocking_pids').find(([, application]) => application === 'waiter')?.[5]).toBe('0');
    expect(waiter).toMatchObject({ state: 'active', waiting: 'Lock: transactionid', blockedBy: [0] });
    expect(linesOf(played)).toContainEqual(expect.stringContaining('blocked by a prepared transaction'));
  });

  test('sessions: without pg_monitor they are listed with their blockers, and a fault says that their queries are hidden', async () => {
    const played = await replayed('sessions-hidden');
    const pids = itemsOf(played).flatMap((item) =>
      'pid' in item && item.user === 'shop'
        ? [[String(item.pid), item.query, item.state, item.blockedBy.join('+')]]
        : [],
    );
    expect(pids.toSorted()).toEqual(
      psql(played, 'blocking_pids')
        .map(([pid, , , , , blockers]) => [pid, '', '', blockers])
        .toSorted(),
    );
    expect(faultsOf(played)).toEqual([
      expect.objectContaining({ kind: 'denied', remedy: 'GRANT pg_monitor to this user' }),
    ]);
    // Hidden values are unknown; blockers and blocked sessions are neither hidden nor ok.
    const levels = itemsOf(played).flatMap((item) =>
      'pid' in item ? [[item.application, levelOf('sessions', item, {})]] : [],
    );
    expect(Object.fromEntries(levels)).toEqual({
      root: 'warn',
      middle: 'warn',
      'leaf-0': 'warn',
      'leaf-1': 'warn',
      control: 'unknown',
    });
  });

  test('pools: slots are max_connections without the reserved ones, and the session of opsdeck takes one', async () => {
    const played = await replayed('pools');
    const [samples] = played.batches.map((batch) => batch.samples ?? []);
    const values = Object.fromEntries((samples ?? []).map(({ signal, value }) => [signal, value]));
    const usable =
      Number(psqlValue(played, 'SHOW max_connections')) -
      Number(psqlValue(played, 'superuser_reserved_connections'));
    expect(values).toEqual({
      client: Number(psqlValue(played, 'client backend')) + 1,
      usable,
      blocked: 3,
      transaction: expect.any(Number),
    });
    expect(usable).toBe(17);
    // middle, leaf-0 and leaf-1 wait, root is idle in its transaction, the suite's own session is idle.
    expect(itemsOf(played)).toEqual([expect.objectContaining({ max: 17, active: 4, idle: 1, taken: 6 })]);
  });

  test('health: each reading opens a new session, and a primary is up', async () => {
    const played = await replayed('health');
    expect(played.recording.connections).toHaveLength(2);
    expect(itemsOf(played)).toEqual(
      [1, 2].map(() => expect.objectContaining({ status: 'up', detail: '', service: 's' })),
    );
  });

  test('locks: the ungranted ones in pg_locks', async () => {
    const played = await replayed('locks');
    const shown = psql(played, 'pg_locks');
    expect(shown).toHaveLength(3);
    const names = linesOf(played).map((line) => line.split(':')[0]);
    expect(names.toSorted()).toEqual(
      shown.map(([pid, type, mode]) => `${pid} waits for ${mode} of ${type}`).toSorted(),
    );
  });

  test('settings: values with their units', async () => {
    const played = await replayed('settings');
    expect(psql(played, 'pg_settings')).toEqual([
      ['idle_in_transaction_session_timeout', '0', 'ms'],
      ['max_connections', '20', ''],
      ['shared_buffers', '4096', '8kB'],
      ['statement_timeout', '0', 'ms'],
      ['superuser_reserved_connections', '3', ''],
      ['work_mem', '4096', 'kB'],
    ]);
    expect(linesOf(played)).toEqual([
      'idle_in_transaction_session_timeout: 0',
      'max_connections: 20 · changes require a restart',
      'shared_buffers: 32 MiB · changes require a restart',
      'statement_timeout: 0',
      'superuser_reserved_connections: 3 · changes require a restart',
      'work_mem: 4 MiB',
    ]);
  });

  test('statements: calls match pg_stat_statements', async () => {
    const played = await replayed('statements');
    const [[query, calls, rows] = []] = psql(played, 'pg_stat_statements');
    expect([calls, rows]).toEqual(['1', '1000']);
    const line = linesOf(played).find((candidate) => candidate.startsWith(`${query}: `));
    expect(line).toMatch(/: mean \S+ · 1 calls · \S+ total · 1,000 rows$/);
    // Statements of opsdeck are excluded.
    expect(linesOf(played).filter((text) => text.startsWith('/* opsdeck:'))).toEqual([]);
  });

  test('sizes: bytes of the database, of the table and of its indexes', async () => {
    const played = await replayed('sizes');
    const [[table, indexes] = []] = psql(played, 'pg_total_relation_size');
    const mebibytes = (Number(psqlValue(played, 'pg_database_size')) / 1024 ** 2).toFixed(1);
    expect(linesOf(played)).toEqual([
      `database shop: ${mebibytes} MiB`,
      `table public.accounts: ${Number(table) / 1024} KiB · ${Number(indexes) / 1024} KiB in indexes`,
    ]);
  });

  test('replication: a server without standbys', async () => {
    expect(linesOf(await replayed('replication'))).toEqual([]);
  });

  test('tuples: live and dead ones match the statistics collector', async () => {
    const played = await replayed('tuples');
    expect(psql(played, 'n_live_tup')).toEqual([['1000', '0']]);
    expect(linesOf(played)).toEqual([
      expect.stringMatching(
        /^public\.accounts: 0 dead of 1,000 rows \(0\.0 %\) · vacuumed never · analyzed \d+s ago/,
      ),
    ]);
  });

  test('doctor: version, permissions and slots; another system identifier is an identity mismatch', async () => {
    const played = await replayed('doctor');
    const version = psqlValue(played, 'server_version');
    expect(played.findings.map(({ ok, what }) => [ok, what])).toEqual([
      [true, `PostgreSQL ${version} at postgres://postgres.example:5432/shop as opsdeck`],
      [true, 'pg_monitor: sessions of other users are visible'],
      [true, 'pg_signal_backend: cancel and terminate are allowed'],
      [true, 'pg_stat_statements is installed'],
      [true, '6 of 17 connections used (max_connections 20)'],
      [true, 'statement_timeout: none; idle_in_transaction_session_timeout: none'],
    ]);
    expect(played.identityFault).toMatchObject({
      kind: 'wrong-system',
      message: expect.stringContaining(
        `expected system identifier 1, found ${psqlValue(played, 'system_identifier')}`,
      ),
    });
  });

  test('a statement of the profile: numeric, NULL, and text beyond ASCII', async () => {
    const played = await replayed('sql');
    const samples = itemsOf(played).map((item) => ('signal' in item ? item : undefined));
    expect(samples).toMatchObject([
      { signal: 'accounts', labels: { parity: 'even ✓' }, value: 200 },
      { signal: 'accounts', labels: { parity: 'odd' }, value: 200 },
      { signal: 'missing', why: 'missing is NULL, not a number. Use coalesce() in the query' },
    ]);
  });

  test('42P01: a missing table is reported with the message of the server', async () => {
    expect(faultsOf(await replayed('sql-error'))).toEqual([
      expect.objectContaining({ message: expect.stringContaining('relation "nowhere" does not exist') }),
    ]);
  });

  test('57014: a statement that takes too long is a timeout, and its session is reused', async () => {
    const played = await replayed('sql-timeout');
    expect(faultsOf(played).map(({ kind }) => kind)).toEqual(['timeout']);
    expect(played.recording.connections).toHaveLength(1);
    expect(linesOf(played)).toContain('max_connections: 20 · changes require a restart');
  });

  test('3D000: a login to a missing database fails', async () => {
    const played = await replayed('no-such-database');
    expect(faultsOf(played)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('database "shop-none" does not exist') }),
    ]);
  });
});

const byApplication = (a: readonly unknown[], b: readonly unknown[]): number =>
  String(a[1]).localeCompare(String(b[1]));
