import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PresenceNote } from '../../../src/domain/team/presence.ts';
import type { StateStore } from '../../../src/persistence/state-store.ts';
import { presenceLeaseMs } from '../../../src/persistence/team/team-presence.ts';
import { asSuperuser, createMachines, freshTables } from '../team/stage.ts';

let machines = createMachines();
beforeEach(async () => {
  machines = createMachines();
  await freshTables();
});
afterEach(() => machines.stack.disposeAsync());

const note = (user: string, pane = 'LAG'): PresenceNote => ({
  ...{ user, host: 'vm-1', system: 'shop', env: 'production', pane },
});

const machine = async (): Promise<StateStore> => machines.open(await machines.dir());

const report = async (state: StateStore, about: PresenceNote) => {
  const { presence } = state;
  if (presence === undefined) throw new Error('the state of a team has no presence');
  return presence.report(about);
};

const usersOf = (present: Awaited<ReturnType<typeof report>>): readonly string[] =>
  present.map(({ user, isSelf }) => (isSelf ? `${user} (you)` : user));

/** Lets the lease of a cockpit run out, by the clock of the database. */
const age = (user: string, ms: number) =>
  asSuperuser(
    `UPDATE opsdeck.presence SET seen_at = seen_at - ${ms} * interval '1 millisecond' WHERE holder LIKE '%${user}%'`,
  );

describe('presence', () => {
  test('cockpits of several machines see each other with pane and database user', async () => {
    const ana = await machine();
    const ben = await machine();
    expect(usersOf(await report(ana, note('ana')))).toEqual(['ana (you)']);
    expect(usersOf(await report(ben, note('ben', 'Connection pools')))).toEqual(['ana', 'ben (you)']);
    const [, other] = await report(ana, note('ana', 'Health'));
    expect(other).toMatchObject({ ...note('ben', 'Connection pools'), role: 'opsdeck', isSelf: false });
    const [first] = await report(ben, note('ben'));
    expect(first).toMatchObject({ user: 'ana', pane: 'Health' });
  });

  test('a cockpit that ends is gone at once', async () => {
    const ana = await machine();
    const ben = await machine();
    await report(ana, note('ana'));
    await report(ben, note('ben'));
    await ana.close();
    expect(usersOf(await report(ben, note('ben')))).toEqual(['ben (you)']);
  });

  test('a cockpit that died disappears after its lease, and not before', async () => {
    const ana = await machine();
    const ben = await machine();
    await report(ana, note('ana'));
    await age('ana', presenceLeaseMs - 5000);
    expect(usersOf(await report(ben, note('ben')))).toEqual(['ana', 'ben (you)']);
    await age('ana', 5000);
    expect(usersOf(await report(ben, note('ben')))).toEqual(['ben (you)']);
    expect(await asSuperuser('SELECT count(*) FROM opsdeck.presence')).toEqual(['1']);
  });

  test('twenty cockpits report at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, machine));
    await Promise.all(all.map((state, nth) => report(state, note(`user-${nth}`))));
    const [first] = all;
    if (first === undefined) throw new Error('no machine');
    expect(await report(first, note('user-0'))).toHaveLength(20);
  });

  test('a row of another form is listed by its database user', async () => {
    await asSuperuser("INSERT INTO opsdeck.presence (id, holder, pane) VALUES ('x', '{', 'LAG')");
    const [other] = await report(await machine(), note('ana'));
    expect(other).toMatchObject({ host: '', system: '', isSelf: false });
    expect(other?.user).toBe(other?.role);
  });
});
