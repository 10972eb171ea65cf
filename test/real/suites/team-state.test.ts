import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLedger } from '../../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../../src/persistence/ledger/verify-ledger.ts';
import { inspectStateDatabase, migrateStateDatabase } from '../../../src/persistence/team/inspect.ts';
import { until } from '../machine/until.ts';
import { sql } from '../postgres/psql.ts';
import { underTest } from '../setting.ts';
import { noted } from '../team/entries.ts';
import { asSuperuser, createMachines, freshTables, owner, program, transport } from '../team/stage.ts';

const server = underTest();
const soon = () => AbortSignal.timeout(20_000);
let machines = createMachines();

beforeEach(async () => {
  machines = createMachines();
  await freshTables();
});
afterEach(() => machines.stack.disposeAsync());

/** Appends from several processes at once, each on its own machine; returns the copy of a further machine. */
const appendTogether = async (processes: number, each: number): Promise<string> => {
  const workers = await Promise.all(
    Array.from({ length: processes }, async () => machines.start(await machines.dir())),
  );
  const answers = await Promise.all(
    workers.map((worker, index) => worker.ask(`append run-${index} ${each}`)),
  );
  expect(answers).toEqual(answers.map(() => ({ appended: each })));
  const reader = await machines.open(await machines.dir());
  await reader.open({ follows: false });
  return reader.dir;
};

describe('ledger', () => {
  test.each([
    [2, 40],
    [20, 10],
  ])('%i processes that append at once write one chain without a gap', async (processes, each) => {
    const dir = await appendTogether(processes, each);
    expect(await verifyLedger(dir)).toMatchObject({
      ok: true,
      count: processes * each,
      behind: 0,
      tornCount: 0,
    });
    const records = await readLedger(dir);
    for (let index = 0; index < processes; index++) {
      const texts = records.flatMap(({ entry }) =>
        entry.event === 'noted' && entry.run === `run-${index}` ? [entry.text] : [],
      );
      expect(texts).toEqual(Array.from({ length: each }, (_, n) => `record ${n + 1}`));
    }
  });

  test('a machine that follows has a record byte for byte', async () => {
    const stateStore = await machines.open(await machines.dir());
    const other = await machines.open(await machines.dir());
    await other.open({ follows: true });
    // What the session asked last: every 15 s of the clock, so perhaps at once, it checks its connection.
    const isFollowing =
      "SELECT 1 FROM pg_stat_activity WHERE application_name = 'opsdeck' AND query IN ('LISTEN opsdeck_state', 'SELECT 1')";
    await until('it follows', async () => (await asSuperuser(isFollowing)).length > 0);
    const ledger = await stateStore.openLedger();
    const text = 'ünïcode \u202e, quotes " and \\, and a control \u0007';
    await ledger.append(noted('r-1', text));
    await until('the record is there', async () => (await readLedger(other.dir)).length === 1);
    expect(await readFile(join(other.dir, 'audit.jsonl'), 'utf8')).toBe(
      await readFile(join(stateStore.dir, 'audit.jsonl'), 'utf8'),
    );
    expect((await readLedger(other.dir))[0]?.entry).toMatchObject({ text });
  });

  test('a process killed while it appends leaves whole records, and a copy that goes on', async () => {
    const dir = await machines.dir();
    const worker = await machines.start(dir);
    void worker.ask('append r-1 100000').catch(() => {});
    await until(
      'it has appended',
      async () => (await readLedger((await machines.open(dir)).dir)).length > 20,
    );
    worker.kill('SIGKILL');
    await worker.exited;
    const again = await machines.open(dir);
    await again.open({ follows: false });
    await (await again.openLedger()).append(noted('r-2', 'after the kill'));
    const [count] = await asSuperuser('SELECT count(*) FROM opsdeck.ledger');
    expect(await verifyLedger(again.dir)).toMatchObject({ ok: true, count: Number(count) });
  });

  test('a database that lost records is noticed, and the copy is kept', async () => {
    const state = await machines.open(await machines.dir());
    const ledger = await state.openLedger();
    await ledger.append(noted('r-1', 'one'));
    await ledger.append(noted('r-1', 'two'));
    await asSuperuser('DELETE FROM opsdeck.ledger WHERE seq = 2');
    expect(await state.admission?.()).toMatchObject({
      is: 'refused',
      why: expect.stringMatching(/lacks record 2, which this machine has received/),
    });
    expect(await verifyLedger(state.dir)).toMatchObject({ ok: true, count: 2 });
  });
});

describe('shared files', () => {
  test('incidents, ticks and acknowledgements of two machines add up', async () => {
    const stateStore = await machines.open(await machines.dir());
    const other = await machines.open(await machines.dir());
    const declared = {
      event: 'declared',
      system: 'shop',
      env: 'production',
      title: 't',
      severity: 'P1',
      reason: '',
      impact: '',
      services: '',
      commander: 'ana',
    } as const;
    const ids = await Promise.all([
      stateStore.incidents.declare('ana@a', 1, declared),
      other.incidents.declare('ben@b', 2, declared),
    ]);
    expect(ids.toSorted()).toEqual(['INC-1', 'INC-2']);
    await stateStore.incidents.append('INC-1', 'ana@a', 3, () => [{ event: 'note', text: 'from one' }]);
    await other.incidents.append('INC-1', 'ben@b', 4, () => [{ event: 'note', text: 'from the other' }]);
    const finding = (id: string, who: string) =>
      ({ finding: id, what: id, level: 'crit', source: 's', who, at: 5, note: '' }) as const;
    const place = { system: 'shop', env: 'production' };
    await stateStore.acknowledgements.update(place, (known) => ({ ...known, a: finding('a', 'ana') }));
    await other.acknowledgements.update(place, (known) => ({ ...known, b: finding('b', 'ben') }));
    await stateStore.open({ follows: false });
    expect(Object.keys((await stateStore.acknowledgements.read(place)).known)).toEqual(['a', 'b']);
    const { incidents, problems } = await stateStore.incidents.read();
    expect(problems).toEqual([]);
    expect(incidents.map(({ id }) => id)).toEqual(['INC-1', 'INC-2']);
    expect(await readFile(join(stateStore.dir, 'incidents/INC-1.jsonl'), 'utf8')).toMatch(
      /from one[\s\S]*from the other/,
    );
  });

  test('only the first of two machines ends an occurrence of a checklist', async () => {
    const stateStore = await machines.open(await machines.dir());
    const other = await machines.open(await machines.dir());
    const end = {
      is: 'end',
      system: 'shop',
      env: 'production',
      list: 'daily',
      occurrence: '1',
      who: 'ana',
      at: 1,
      items: [],
    } as const;
    expect(
      (await Promise.all([stateStore.checklists.append(end), other.checklists.append(end)])).toSorted(),
    ).toEqual([false, true]);
  });
});

describe('tables and rights', () => {
  test('a second migration changes nothing', async () => {
    await (await (await machines.open(await machines.dir())).openLedger()).append(noted('r-1', 'kept'));
    expect(await migrateStateDatabase(owner, 'opsdeck', transport, soon())).toMatchObject({ from: 4, to: 4 });
    expect(await asSuperuser('SELECT count(*) FROM opsdeck.ledger')).toEqual(['1']);
  });

  test.each([
    "UPDATE opsdeck.ledger SET line = ''",
    'DELETE FROM opsdeck.ledger',
    'TRUNCATE opsdeck.ledger',
    'DELETE FROM opsdeck.file_change',
    'DROP TABLE opsdeck.ledger',
    'INSERT INTO opsdeck.schema_version (version) VALUES (5)',
  ])('the role of the program may not: %s', async (statement) => {
    await expect(sql(server, [statement], 'opsdeck')).rejects.toThrow('42501');
  });

  test('a second record after the same one is refused by the database itself', async () => {
    const insert = (hash: string) =>
      `INSERT INTO opsdeck.ledger (seq, hash, prev, line, run) VALUES (${hash === 'a' ? 1 : 2}, '${hash}', 'zero', '', 'r')`;
    await sql(server, [insert('a')], 'opsdeck');
    await expect(sql(server, [insert('b')], 'opsdeck')).rejects.toThrow('23505');
  });

  test('the inspection names a missing right, and one too many', async () => {
    const bad = async () => (await inspectStateDatabase(program, transport, soon())).filter(({ ok }) => !ok);
    expect(await bad()).toEqual([]);
    await asSuperuser('REVOKE INSERT ON opsdeck.ledger FROM opsdeck');
    await asSuperuser('GRANT DELETE ON opsdeck.ledger TO opsdeck');
    expect((await bad()).map(({ what }) => what)).toEqual([
      'opsdeck lacks INSERT on opsdeck.ledger',
      'opsdeck has DELETE on opsdeck.ledger, so this user could change records',
    ]);
  });

  test('without tables acting is refused with the command that creates them', async () => {
    await asSuperuser('DROP SCHEMA opsdeck CASCADE');
    const state = await machines.open(await machines.dir());
    expect(await state.admission?.()).toMatchObject({
      is: 'refused',
      why: expect.stringContaining('opsdeck state migrate'),
    });
  });

  test('tables of a newer program are read, and not written', async () => {
    const before = await machines.open(await machines.dir());
    await (await before.openLedger()).append(noted('r-1', 'old'));
    await asSuperuser('INSERT INTO opsdeck.schema_version (version) VALUES (5)');
    const state = await machines.open(await machines.dir());
    expect(await state.admission?.()).toMatchObject({
      is: 'refused',
      why: expect.stringContaining('Update opsdeck'),
    });
    expect(await readLedger(state.dir)).toHaveLength(1);
    await expect((await state.openLedger()).append(noted('r-2', 'new'))).rejects.toThrow('Update opsdeck');
  });
});
