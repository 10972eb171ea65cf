import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LedgerEntry } from '../../../src/persistence/ledger/ledger-record.ts';
import { sql } from '../postgres/psql.ts';
import { underTest } from '../setting.ts';
import { asSuperuser, createMachines, freshTables } from '../team/stage.ts';

const server = underTest();

let machines = createMachines();
beforeEach(async () => {
  machines = createMachines();
  await freshTables();
});
afterEach(() => machines.stack.disposeAsync());

const entry = (user: string, event: LedgerEntry['entry']): LedgerEntry => ({
  ...{ at: Date.now(), who: { user, host: 'vm-1', pid: 1 }, system: 'shop', env: 'production' },
  entry: event,
});
const requested = { event: 'approval-requested', run: 'r-1', at: 0, plan: 'p', forMs: 600_000 } as const;
const approved = { event: 'approved', run: 'r-1', at: 0, plan: 'p' } as const;

test('an approval on another machine is read with the database user that wrote it, whatever it says', async () => {
  const ana = await machines.open(await machines.dir());
  const ben = await machines.open(await machines.dir());
  await (await ana.openLedger()).append(entry('ana', requested));
  await (await ben.openLedger()).append(entry('ben', approved));
  expect(await ana.approvals?.('r-1')).toMatchObject([
    { seq: 1, user: 'ana', role: 'opsdeck', entry: { event: 'approval-requested' }, merged: false },
    { seq: 2, user: 'ben', role: 'opsdeck', entry: { event: 'approved', plan: 'p' }, merged: false },
  ]);
});

test('a record that is changed in the database is not read as an approval', async () => {
  const ana = await machines.open(await machines.dir());
  const ledger = await ana.openLedger();
  await ledger.append(entry('ana', requested));
  await ledger.append(entry('ana', approved));
  await asSuperuser(
    'UPDATE opsdeck.ledger SET line = replace(line, \'"who":"ana"\', \'"who":"ben"\') WHERE seq = 2',
  );
  const other = await machines.open(await machines.dir());
  await expect(other.approvals?.('r-1')).rejects.toThrow(/state database|chain|hash|record/);
});

test('nor is one that is changed in the database after this machine has received it', async () => {
  const ana = await machines.open(await machines.dir());
  const ledger = await ana.openLedger();
  await ledger.append(entry('ana', requested));
  await ledger.append(entry('ana', approved));
  expect(await ana.approvals?.('r-1')).toHaveLength(2);
  await asSuperuser(
    'UPDATE opsdeck.ledger SET line = replace(line, \'"who":"ana"\', \'"who":"ben"\') WHERE seq = 2',
  );
  await expect(ana.approvals?.('r-1')).rejects.toThrow('record 2 of the state database has been changed');
});

test('the database sets the user of a record, whatever its writer claims', async () => {
  const ana = await machines.open(await machines.dir());
  const ledger = await ana.openLedger();
  await ledger.append(entry('ana', requested));
  await ledger.append(entry('ben', approved));
  const [hash, prev, line] = (await asSuperuser('SELECT hash, prev, line FROM opsdeck.ledger WHERE seq = 2'))
    .join('')
    .split('|');
  await asSuperuser('DELETE FROM opsdeck.ledger WHERE seq = 2');
  await sql(
    server,
    [
      `INSERT INTO opsdeck.ledger (seq, hash, prev, line, run, written_by) VALUES (2, '${hash}', '${prev}', '${line}', 'r-1', 'db_ben')`,
    ],
    'opsdeck',
  );
  const [, forged] = (await ana.approvals?.('r-1')) ?? [];
  expect(forged).toMatchObject({ user: 'ben', role: 'opsdeck', entry: { event: 'approved' } });
});

describe('the copy of the ledger on the machine of the requester', () => {
  const open = async () => {
    const ana = await machines.open(await machines.dir());
    const ledger = await ana.openLedger();
    await ledger.append(entry('ana', requested));
    await ledger.append(entry('ben', { event: 'approval-refused', run: 'r-1', at: 0, plan: 'p', why: 'no' }));
    const file = join(ana.dir, 'audit.jsonl');
    return { ana, file, text: await readFile(file, 'utf8') };
  };

  test('a refusal that is turned into an approval there stays a refusal', async () => {
    const { ana, file, text } = await open();
    await writeFile(file, text.replace('"approval-refused"', '"approved"'));
    expect((await ana.approvals?.('r-1'))?.map((approval) => approval.entry.event)).toEqual([
      'approval-requested',
      'approval-refused',
    ]);
  });

  test('an approval that is added there is none', async () => {
    const { ana, file, text } = await open();
    const [first = ''] = text.split('\n');
    await appendFile(
      file,
      `${first.replace('"approval-requested"', '"approved"').replaceAll('"ana"', '"ben"')}\n`,
    );
    // The copy is not the ledger that the database has: either is a reason to refuse.
    const events = await ana
      .approvals?.('r-1')
      .then((records) => records.map((record) => record.entry.event))
      .catch((error: unknown) => [String(error)]);
    expect(events).not.toContain('approved');
  });

  test('a refusal that is removed there is read, or the copy is refused', async () => {
    const { ana, file, text } = await open();
    const [first = ''] = text.split('\n');
    await writeFile(file, `${first}\n`);
    await expect(ana.approvals?.('r-1')).rejects.toThrow(/record 2|audit verify|ledger/);
  });
});

test('without tables the approvals cannot be read, and none is written', async () => {
  const ana = await machines.open(await machines.dir());
  await asSuperuser('DROP SCHEMA opsdeck CASCADE');
  await expect(ana.approvals?.('r-1')).rejects.toThrow('opsdeck state migrate');
  await expect((await ana.openLedger()).append(entry('ana', approved))).rejects.toThrow();
});
