import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStateTransport } from '../../../src/doors/state-transport.ts';
import type { StateStore, TeamScreens } from '../../../src/persistence/state-store.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { until } from '../machine/until.ts';
import { passwords } from '../postgres/roles.ts';
import { openProxy } from '../proxy.ts';
import { underTest } from '../setting.ts';
import { asSuperuser, createMachines, freshTables } from '../team/stage.ts';

const server = underTest();
let machines = createMachines();
let proxy: Awaited<ReturnType<typeof openProxy>>;
beforeEach(async () => {
  machines = createMachines();
  await freshTables();
  proxy = await openProxy(server.port);
  machines.stack.defer(() => proxy.close());
});
afterEach(() => machines.stack.disposeAsync());

const note = { user: 'ana', host: 'vm-1', system: 'shop', env: 'production', pane: 'LAG' } as const;

const screensOf = ({ screens }: StateStore): TeamScreens => {
  if (screens === undefined) throw new Error('the state of a team carries screens');
  return screens;
};

const reportOf = async (state: StateStore) => {
  const present = await state.presence?.report(note);
  const self = present?.find(({ isSelf }) => isSelf);
  if (self === undefined) throw new Error('the cockpit is not listed');
  return self;
};

type Follower = Parameters<Parameters<TeamScreens['serve']>[0]['joined']>[1];

/** A cockpit that can be followed, and what follows it. */
const openCockpit = async () => {
  const state = await machines.open(await machines.dir());
  await state.open({ follows: true });
  // Its sessions are counted. What a session asked last: now and then it checks its connection.
  const isListening =
    "SELECT 1 FROM pg_stat_activity WHERE application_name = 'opsdeck' AND query IN ('LISTEN opsdeck_state', 'SELECT 1')";
  await until('it listens', async () => (await asSuperuser(isListening)).length > 0);
  const { id } = await reportOf(state);
  const joined: { readonly user: string; readonly follower: Follower; isClosed: boolean }[] = [];
  const served = screensOf(state).serve({
    isShared: () => true,
    joined: (user, follower) => {
      const one = { user, follower, isClosed: false };
      follower.onClose(() => {
        one.isClosed = true;
      });
      joined.push(one);
    },
  });
  /** Resolves when so many have joined. As every cockpit, it reports itself meanwhile: a notification may come before it listens. */
  const known = (count = 1): Promise<void> =>
    until(`${count} followers are known`, async () => {
      await reportOf(state);
      return joined.length === count;
    });
  return { state, id, joined, served, known };
};

/** Another machine behind a connection that can be interrupted. */
const openFollower = async (): Promise<TeamScreens> => {
  const url = `postgres://opsdeck@127.0.0.1:${new URL(proxy.origin).port}/shop`;
  const login = { url, password: passwords.opsdeck };
  const transport = openStateTransport(systemClock());
  return screensOf(await machines.open(await machines.dir(), { login, transport }));
};

const follow = async (id: string) => {
  const screen = await (await openFollower()).follow(id, 'ben');
  machines.stack.defer(() => screen.close());
  const lines: string[] = [];
  const events: string[] = [];
  screen.onLine((line) => lines.push(line));
  screen.onRestart(() => events.push('restart'));
  screen.onTrouble((why) => events.push(why ?? 'current'));
  return { screen, lines, events };
};

const rowsOf = async (table: string): Promise<number> =>
  Number((await asSuperuser(`SELECT count(*) FROM opsdeck.${table}`))[0]);

const first = <T>(of: readonly T[]): T => {
  const [item] = of;
  if (item === undefined) throw new Error('there is none');
  return item;
};

describe('a screen through the state database', () => {
  test('lines arrive in order with the role of the program, and every row is removed', async () => {
    const { state, id, joined, known } = await openCockpit();
    const { screen, lines } = await follow(id);
    await known();
    expect(joined[0]).toMatchObject({ user: 'ben' });
    const { follower } = first(joined);
    const sent = Array.from({ length: 200 }, (_, nth) => `{"t":${nth},"text":"Änderung ${nth}"}`);
    for (const line of sent) follower.write(`${line}\n`);
    await until('all lines are there', async () => lines.length === sent.length);
    expect(lines).toEqual(sent);
    expect(await reportOf(state)).toMatchObject({ followers: ['ben'], isShared: true });
    await screen.close();
    await until('the cockpit knows', async () => first(joined).isClosed);
    expect(await rowsOf('screen_line')).toBe(0);
    expect(await rowsOf('screen_follower')).toBe(0);
    expect((await reportOf(state)).followers).toEqual([]);
  });

  test('without a follower nothing is stored, and no session is open for it', async () => {
    const { id, known } = await openCockpit();
    const sessions = async (): Promise<number> =>
      Number(
        (
          await asSuperuser("SELECT count(*) FROM pg_stat_activity WHERE usename = 'opsdeck' AND state <> ''")
        )[0],
      );
    const before = await sessions();
    const { screen } = await follow(id);
    await known();
    await until('sessions are open for it', async () => (await sessions()) > before);
    await screen.close();
    await until('they are closed', async () => (await sessions()) <= before);
    expect(await rowsOf('screen_line')).toBe(0);
  });

  test('a follower that does not read is waited for: a bounded number of rows', async () => {
    const { id, joined, known } = await openCockpit();
    await asSuperuser(
      `INSERT INTO opsdeck.screen_follower (id, cockpit, follower, seen_at) VALUES ('slow', '${id}', 'slow', now() + interval '1 hour')`,
    );
    await asSuperuser(`SELECT pg_notify('opsdeck_state', 'follow ${id}')`);
    await known();
    const { follower } = first(joined);
    let written = 0;
    await until('it is behind', async () => {
      if (follower.isReady()) {
        written += 1;
        follower.write(`${written}\n`);
      }
      return !follower.isReady();
    });
    expect(await rowsOf('screen_line')).toBeLessThanOrEqual(7);
    await asSuperuser('DELETE FROM opsdeck.screen_follower');
    await until('it is gone', async () => first(joined).isClosed);
  });

  test('the database goes away: the follower says so, and goes on without a gap', async () => {
    const { state, id, joined, known } = await openCockpit();
    const { lines, events } = await follow(id);
    await known();
    const { follower } = first(joined);
    follower.write('one\n');
    await until('the line is there', async () => lines.length === 1);
    await proxy.set('refuse');
    await until('it is reported', async () => events.length > 0);
    expect(first(events)).toMatch(/^the state database 127\.0\.0\.1:\d+\/shop: /);
    follower.write('two\n');
    await proxy.set('through');
    await until('it is current again', async () => {
      // A cockpit that does not report itself is closed for its followers.
      await reportOf(state);
      return events.at(-1) === 'current';
    });
    follower.write('three\n');
    await until('all lines are there', async () => lines.length === 3);
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(events).not.toContain('restart');
  });

  test('a follower that was given up meanwhile begins again', async () => {
    const { id, joined, known } = await openCockpit();
    const { lines, events } = await follow(id);
    await known();
    await asSuperuser('DELETE FROM opsdeck.screen_follower');
    await known(2);
    expect(first(joined).isClosed).toBe(true);
    joined.at(-1)?.follower.write('again\n');
    await until('the line is there', async () => lines.length === 1);
    expect(events).toContain('restart');
  });

  test('the end of the cockpit arrives, and a cockpit that stopped responding is reported', async () => {
    const { id, joined, served, known } = await openCockpit();
    const { lines, events } = await follow(id);
    await known();
    await asSuperuser("UPDATE opsdeck.presence SET seen_at = seen_at - interval '15 seconds'");
    await until('the silence is reported', async () =>
      events.includes('the followed cockpit was closed or does not respond: run opsdeck follow --list'),
    );
    const { follower } = first(joined);
    follower.write('last\n');
    follower.end();
    await served.close();
    await until('the last line is there', async () => lines.includes('last'));
  });

  test('a cockpit that is not open cannot be followed', async () => {
    const screens = await openFollower();
    await expect(screens.follow('nothing', 'ben')).rejects.toThrow(/no longer open/);
    expect(await rowsOf('screen_follower')).toBe(0);
  });

  test('followers and cockpits that died are removed by any other cockpit', async () => {
    const { state, id } = await openCockpit();
    await asSuperuser(
      `INSERT INTO opsdeck.screen_follower (id, cockpit, follower, seen_at) VALUES ('dead', '${id}x', 'carl', now() - interval '1 minute')`,
    );
    await asSuperuser("INSERT INTO opsdeck.screen_line (follower, seq, content) VALUES ('dead', 1, 'x')");
    await reportOf(state);
    expect(await rowsOf('screen_follower')).toBe(0);
    expect(await rowsOf('screen_line')).toBe(0);
  });
});
