import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ended, Sandbox } from '../../e2e/support/sandbox.ts';
import { sql } from '../postgres/psql.ts';
import { openProxy } from '../proxy.ts';
import { underTest } from '../setting.ts';
import { type HeldSystem, loginEnv, openHeldSystem, openTeamMachine, teamProfile } from '../team/program.ts';
import { asSuperuser, owner } from '../team/stage.ts';

const server = underTest();
let stack: AsyncDisposableStack;
let system: HeldSystem;
let proxy: Awaited<ReturnType<typeof openProxy>>;
/** Two machines of the team. */
let ana: Sandbox;
let ben: Sandbox;

const on = (machine: Sandbox, ...args: readonly string[]): Promise<Ended> =>
  machine.run([...args, '--env', 'shop/team'], loginEnv);
const migrate = (machine: Sandbox): Promise<Ended> =>
  machine.run(['state', 'migrate', '--owner-url', 'STATE_OWNER', '--env', 'shop/team'], {
    ...loginEnv,
    STATE_OWNER: owner.url,
  });

/** The events of the shared ledger, in order. */
const events = async (): Promise<readonly { readonly event: string; readonly [key: string]: unknown }[]> =>
  (await asSuperuser('SELECT line FROM opsdeck.ledger ORDER BY seq')).map((line) => JSON.parse(line).entry);
const lastOf = ({ stdout }: Ended): { readonly ending: string; readonly why: string } =>
  JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}');

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  system = stack.use(await openHeldSystem());
  proxy = await openProxy(server.port);
  stack.defer(() => proxy.close());
  const profile = teamProfile(system, `postgres://opsdeck@127.0.0.1:${new URL(proxy.origin).port}/shop`);
  ana = stack.use(await openTeamMachine(profile));
  ben = stack.use(await openTeamMachine(profile));
  await sql(server, ['DROP SCHEMA IF EXISTS opsdeck CASCADE']);
});
afterEach(() => stack.disposeAsync());

describe('opsdeck state, the built program', () => {
  test('status names what is missing, migrate creates it, and a second call changes nothing', async () => {
    const before = await on(ana, 'state', 'status');
    expect([before.code, before.stdout]).toEqual([
      1,
      expect.stringMatching(
        /MISSING the database has no tables of opsdeck. To create them, run opsdeck state migrate/,
      ),
    ]);
    const first = await migrate(ana);
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringMatching(
        /tables were upgraded from version 0 to \d+. opsdeck has the rights that opsdeck needs/,
      ),
    ]);
    expect((await migrate(ben)).stdout).toMatch(/tables already have version \d+/);
    const after = await on(ana, 'state', 'status');
    expect([after.code, after.stdout]).toEqual([0, expect.not.stringContaining('MISSING')]);
    expect(after.stdout).toContain('opsdeck may append records to the ledger, and cannot change them');
    expect(`${before.stdout}${first.stdout}${after.stdout}`).not.toContain(loginEnv.STATE_PASSWORD);
  });

  test('a wrong password and a missing right are told apart', async () => {
    await migrate(ana);
    const denied = await ana.run(['state', 'status', '--env', 'shop/team'], { STATE_PASSWORD: 'wrong' });
    expect([denied.code, denied.stdout]).toEqual([
      3,
      expect.stringMatching(/password authentication failed/),
    ]);
    await sql(server, ['REVOKE INSERT ON opsdeck.ledger FROM opsdeck']);
    const lacking = await on(ana, 'state', 'status');
    expect([lacking.code, lacking.stdout]).toEqual([
      1,
      expect.stringContaining('MISSING opsdeck lacks INSERT on opsdeck.ledger'),
    ]);
  });
});

describe('opsdeck run, the built program', () => {
  beforeEach(async () => {
    expect((await migrate(ana)).code).toBe(0);
    await system.letGo();
  });

  test('its gates hold, and each run is in the ledger that all machines read', async () => {
    const unarmed = await on(ana, 'run', 'hold', '--json');
    expect([unarmed.code, lastOf(unarmed).ending]).toEqual([3, 'forbidden']);
    expect((await events()).map(({ event }) => event)).not.toContain('acting');
    const done = await on(ana, 'run', 'hold', '--json', '--arm', 'INC-7', '--confirm', 'desk');
    expect(lastOf(done)).toMatchObject({ ending: 'recovered' });
    const shared = await events();
    expect(shared.filter(({ event }) => event === 'acting')).toHaveLength(1);
    expect(JSON.stringify(shared.findLast(({ event }) => event === 'gated'))).toContain(
      'shared in 127.0.0.1:',
    );
    const [, run] = /"run":"([^"]+)"/.exec(done.stdout) ?? [];
    const seen = await on(ben, 'audit', 'show', '--run', run ?? '', '--json');
    const records = seen.stdout.trimEnd().split('\n');
    expect(records.map((line) => JSON.parse(line).entry)).toEqual(
      shared.filter((entry) => entry.run === run),
    );
    const verified = await on(ben, 'audit', 'verify');
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^${shared.length} records verified. Last hash `)),
    ]);
    // Nothing is in the ledger of the machine itself.
    expect((await ana.run(['audit', 'verify'])).stdout).toMatch(/^no runs in /);
  });

  test('without the database nothing is sent; with --break-glass it is, and the records join the chain', async () => {
    await proxy.set('refuse');
    const refused = await on(ana, 'run', 'hold', '--json', '--arm', 'INC-7', '--confirm', 'desk');
    expect(refused.code).toBe(3);
    expect(lastOf(refused).why).toMatch(/state database .*connection refused/);
    const glass = ['--break-glass', 'INC-7: the state database is down'];
    const unconfirmed = await on(ana, 'run', 'hold', '--json', '--arm', 'INC-7', ...glass);
    expect([unconfirmed.code, lastOf(unconfirmed).ending]).toEqual([3, 'forbidden']);
    const sent = await on(ana, 'run', 'hold', '--json', '--arm', 'INC-7', ...glass, '--confirm', 'desk');
    expect(lastOf(sent)).toMatchObject({ ending: 'recovered' });
    expect(await events()).toEqual([]);
    await proxy.set('through');
    expect((await on(ana, 'audit', 'verify')).code).toBe(0);
    const merged = await events();
    expect(merged.filter(({ event }) => event === 'acting')).toHaveLength(1);
    expect(JSON.stringify(merged)).toContain('INC-7: the state database is down');
    expect((await on(ben, 'audit', 'verify')).stdout).toMatch(
      new RegExp(`^${merged.length} records verified`),
    );
  });
});

describe('opsdeck incident and checklist, the built program', () => {
  beforeEach(async () => {
    expect((await migrate(ana)).code).toBe(0);
  });

  test('what one machine declares, ticks and adds, another shows; without the database it is only shown', async () => {
    const declared = await on(ana, 'incident', 'declare', '--title', 'Orders fail');
    expect([declared.code, declared.stdout]).toEqual([0, expect.stringMatching(/^INC-1 /)]);
    expect((await on(ben, 'incident', 'note', 'pool exhausted')).code).toBe(0);
    expect((await on(ana, 'incident', 'show')).stdout).toMatch(/note +pool exhausted/);
    expect(
      (await ana.run(['incident', 'list', '--all', '--state-dir', ana.stateDir], loginEnv)).stdout,
    ).toContain('Orders fail');
    expect((await on(ben, 'checklist', 'daily', '--tick', 'review')).code).toBe(0);
    expect((await on(ana, 'checklist', 'daily')).stdout).toMatch(/\[x\] review/);
    await proxy.set('refuse');
    const listed = await on(ana, 'incident', 'list');
    expect([listed.code, listed.stdout]).toEqual([0, expect.stringContaining('Orders fail')]);
    expect(listed.stderr).toContain('nothing can be changed');
    expect((await on(ana, 'incident', 'ack')).code).toBe(1);
    expect((await on(ana, 'audit', 'verify')).code).toBe(3);
    await proxy.set('through');
    expect((await on(ana, 'incident', 'ack')).code).toBe(0);
    expect((await on(ben, 'incident', 'show', 'INC-1')).stdout).toContain('acknowledged after');
  });
});
