import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LockNote, TargetLease } from '../../../src/platform/files/target-locks.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { withWallOffset } from '../../support/wall-offset.ts';
import { until } from '../machine/until.ts';
import { acting } from '../team/entries.ts';
import { asSuperuser, createMachines, freshTables } from '../team/stage.ts';

const leaseMs = 3000;
let machines = createMachines();

beforeEach(async () => {
  machines = createMachines();
  await freshTables();
});
afterEach(() => machines.stack.disposeAsync());

const note = (run: string): LockNote => ({ who: run, host: 'vm', run, runbook: 'restart', at: 0 });
const open = async (more: Parameters<typeof machines.open>[1] = {}) =>
  machines.open(await machines.dir(), { leaseMs, ...more });
const start = async () => machines.start(await machines.dir(), { leaseMs });
const isLease = (got: unknown): got is TargetLease =>
  typeof got === 'object' && got !== null && 'release' in got;
const leaseOf = (got: unknown): TargetLease => {
  if (!isLease(got)) throw new Error(`not locked: ${JSON.stringify(got)}`);
  return got;
};
const hasExpired = async (): Promise<boolean> =>
  (await asSuperuser('SELECT 1 FROM opsdeck.target_lock WHERE expires_at > clock_timestamp()')).length === 0;
const acts = async (): Promise<readonly string[]> =>
  asSuperuser('SELECT run FROM opsdeck.ledger WHERE line LIKE \'%"event":"acting"%\'');

describe('contention', () => {
  test('a second machine is refused with the holder, until the lock is released', async () => {
    const stateStore = await open();
    const other = await open();
    const lease = leaseOf(await stateStore.locks.take(['uid 1', 'uid 2'], note('r-1')));
    expect(await other.locks.take(['uid 2', 'uid 3'], note('r-2'))).toMatchObject({
      key: 'uid 2',
      note: { who: 'r-1', run: 'r-1', runbook: 'restart' },
    });
    expect(await other.locks.holder(['uid 1'])).toMatchObject({ key: 'uid 1', note: { run: 'r-1' } });
    // None of the keys of a refused run is kept.
    expect(await stateStore.locks.holder(['uid 3'])).toBeUndefined();
    await lease.release();
    expect(isLease(await other.locks.take(['uid 2', 'uid 3'], note('r-2')))).toBe(true);
  });

  test('of twenty processes that want the same target at once, one gets it', async () => {
    const workers = await Promise.all(Array.from({ length: 20 }, start));
    const answers = await Promise.all(workers.map((worker, index) => worker.ask(`take run-${index} target`)));
    const taken = answers.filter((answer) => 'tokens' in answer);
    expect(taken).toHaveLength(1);
    const winner = `run-${answers.findIndex((answer) => 'tokens' in answer)}`;
    expect(answers.filter((answer) => answer.heldBy === winner)).toHaveLength(19);
  });

  test('of ten processes that act at once within a limit of three, three act', async () => {
    const workers = await Promise.all(Array.from({ length: 10 }, start));
    await workers[0]?.ask('append r-earlier 50');
    const answers = await Promise.all(
      workers.map((worker, index) => worker.ask(`act-within run-${index} 3`)),
    );
    expect(answers.filter((answer) => 'acted' in answer)).toHaveLength(3);
    expect(answers.filter(({ error }) => String(error).includes('3 of 3 used'))).toHaveLength(7);
    expect(await acts()).toHaveLength(3);
  });

  test('sets of targets that overlap in any order never block each other', async () => {
    const states = await Promise.all([open(), open(), open()]);
    const keys = ['a', 'b', 'c', 'd'];
    const rounds = states.map(async ({ locks }, index) => {
      let got = 0;
      for (let round = 0; round < 20; round++) {
        const own = [...keys.slice(index), ...keys.slice(0, index)].slice(0, 3).toReversed();
        const answer = await locks.take(own, note(`r-${index}`));
        if (!isLease(answer)) continue;
        got++;
        expect(await answer.held()).toBe(true);
        await answer.release();
      }
      return got;
    });
    expect((await Promise.all(rounds)).reduce((sum, round) => sum + round)).toBeGreaterThan(0);
    expect(await asSuperuser('SELECT key FROM opsdeck.target_lock')).toEqual([]);
  });
});

describe('leases', () => {
  test('a live holder keeps its lock beyond the lease', async () => {
    const stateStore = await open();
    const other = await open();
    const lease = leaseOf(await stateStore.locks.take(['target'], note('r-1')));
    const [first] = await asSuperuser('SELECT expires_at FROM opsdeck.target_lock');
    await until(
      'the first lease is over',
      async () => (await asSuperuser(`SELECT 1 WHERE clock_timestamp() > '${first}'`)).length > 0,
    );
    expect(await lease.held()).toBe(true);
    expect(await other.locks.take(['target'], note('r-2'))).toMatchObject({ note: { run: 'r-1' } });
  });

  test('the lock of a killed process is taken over only after its lease, under a higher token', async () => {
    const worker = await start();
    const { tokens } = await worker.ask('take r-1 target');
    worker.kill('SIGKILL');
    await worker.exited;
    const other = await open();
    expect(await other.locks.take(['target'], note('r-2'))).toMatchObject({ note: { run: 'r-1' } });
    await until('the lease is over', hasExpired);
    const lease = leaseOf(await other.locks.take(['target'], note('r-2')));
    expect(Number(lease.tokens?.[0])).toBeGreaterThan(Number((tokens as readonly string[])[0]));
  });

  test('a process that was paused beyond its lease may not act when it wakes up', async () => {
    const worker = await start();
    await worker.ask('take r-1 target');
    worker.kill('SIGSTOP');
    await until('the lease is over', hasExpired);
    const other = await open();
    const lease = leaseOf(await other.locks.take(['target'], note('r-2')));
    worker.kill('SIGCONT');
    expect(await worker.ask('act r-1')).toEqual({
      error: expect.stringContaining('expired or was taken over'),
    });
    expect(await worker.ask('held')).toEqual({ held: false });
    await (await other.openLedger()).append(acting('r-2'), lease);
    expect(await acts()).toEqual(['r-2']);
    // Its release does not touch the lock of the other.
    await worker.ask('release');
    expect(await lease.held()).toBe(true);
  });

  test('an expired lock is not renewed, even if no one has taken it over', async () => {
    const worker = await start();
    await worker.ask('take r-1 target');
    worker.kill('SIGSTOP');
    await until('the lease is over', hasExpired);
    worker.kill('SIGCONT');
    expect(await worker.ask('act r-1')).toHaveProperty('error');
    expect(await acts()).toEqual([]);
  });

  test('a process paused within a transaction does not keep the others out', async () => {
    const worker = await start();
    await worker.ask('append r-1 5');
    void worker.ask('append r-1 100000').catch(() => {});
    await until('it is paused between two statements of a transaction', async () => {
      worker.kill('SIGSTOP');
      const idle = await asSuperuser(
        "SELECT 1 FROM pg_stat_activity WHERE state = 'idle in transaction' AND application_name = 'opsdeck'",
      );
      if (idle.length === 0) worker.kill('SIGCONT');
      return idle.length > 0;
    });
    const state = await open();
    const ledger = await state.openLedger();
    // The server ends an idle transaction after ten seconds; a single wait for it is limited, too.
    await until('another machine appends', () =>
      ledger.append(acting('r-2')).then(
        () => true,
        () => false,
      ),
    );
    expect(await acts()).toEqual(['r-2']);
  });

  test('wrong clocks of the machines change nothing', async () => {
    const clock = systemClock();
    const ahead = withWallOffset(clock, () => clock.wallOffset() + 86_400_000);
    const behind = withWallOffset(clock, () => clock.wallOffset() - 86_400_000);
    const stateStore = await open({ clock: behind });
    const other = await open({ clock: ahead });
    const lease = leaseOf(await stateStore.locks.take(['target'], note('r-1')));
    const conflict = await other.locks.take(['target'], note('r-2'));
    expect(conflict).toMatchObject({ note: { run: 'r-1' } });
    const time = 'note' in conflict ? (conflict.note?.at ?? 0) : 0;
    // The age that a refusal shows is that of the database.
    expect(Math.abs(ahead.wallNow() - time)).toBeLessThan(60_000);
    await (await stateStore.openLedger()).append(acting('r-1'), lease);
    expect(await acts()).toEqual(['r-1']);
  });
});
