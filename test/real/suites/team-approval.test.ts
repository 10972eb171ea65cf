import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LedgerEntry } from '../../../src/persistence/ledger/ledger-record.ts';
import { asSuperuser, createMachines, freshTables } from '../team/stage.ts';

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
  const [ana, ben] = [await machines.open(await machines.dir()), await machines.open(await machines.dir())];
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

test('without tables the approvals cannot be read, and none is written', async () => {
  const ana = await machines.open(await machines.dir());
  await asSuperuser('DROP SCHEMA opsdeck CASCADE');
  await expect(ana.approvals?.('r-1')).rejects.toThrow('opsdeck state migrate');
  await expect((await ana.openLedger()).append(entry('ana', approved))).rejects.toThrow();
});
