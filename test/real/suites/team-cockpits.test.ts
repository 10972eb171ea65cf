import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import type { Sandbox } from '../../e2e/support/sandbox.ts';
import { until } from '../machine/until.ts';
import { openProxy } from '../proxy.ts';
import { underTest } from '../setting.ts';
import {
  armTeam,
  command,
  escapeKey,
  preview,
  readCard,
  sees,
  seesNot,
  type,
  typeName,
} from '../team/keys.ts';
import {
  type HeldSystem,
  loginEnv,
  openHeldSystem,
  openTeamCockpit,
  openTeamMachine,
  teamProfile,
} from '../team/program.ts';
import { asSuperuser, freshTables } from '../team/stage.ts';

const server = underTest();
let stack: AsyncDisposableStack;
let system: HeldSystem;
let proxy: Awaited<ReturnType<typeof openProxy>>;
let machines: readonly [Sandbox, Sandbox];
let ana: PtyTerminal;
let ben: PtyTerminal;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  system = stack.use(await openHeldSystem());
  await freshTables();
  proxy = await openProxy(server.port);
  stack.defer(() => proxy.close());
  const profile = teamProfile(system, `postgres://opsdeck@127.0.0.1:${new URL(proxy.origin).port}/shop`);
  machines = [stack.use(await openTeamMachine(profile)), stack.use(await openTeamMachine(profile))];
  ana = stack.use(openTeamCockpit(machines[0]));
  ben = stack.use(openTeamCockpit(machines[1]));
  await Promise.all([ana, ben].map((pty) => sees(pty, /● .*desk/)));
});
afterEach(() => stack.disposeAsync());

test('one engineer holds a target: the other is refused, follows the run, and shares incident and checklist', {
  timeout: 150_000,
}, async () => {
  await armTeam(ana, 'INC-7');
  await preview(ana);
  await sees(ana, /enter confirm/);
  await readCard();
  ana.press('\r');
  await sees(ana, /Running/);
  // Arming is per process.
  await seesNot(ben, /ARMED/);
  await armTeam(ben, 'INC-7');
  await preview(ben);
  await sees(ben, /desk is locked by \S+@\S+, run \S+, hold, for \d+\S*/);
  expect((await asSuperuser('SELECT holder FROM opsdeck.target_lock')).length).toBeGreaterThan(0);
  ben.press(escapeKey);
  await system.letGo();
  await sees(ana, /EXECUTED/);
  ben.press(escapeKey);
  ben.press('JJ');
  await sees(ben, /Hold the desk .*started/);
  await sees(ben, /Hold the desk .*EXECUTED/);
  ana.press(escapeKey);

  ana.press('!');
  await sees(ana, /[═─] DECLARE INCIDENT/);
  type(ana, 'Orders fail');
  await sees(ana, /Orders fail/);
  ana.press('\r');
  await sees(ana, /INC-1/);
  await command(ben, 'incident');
  await sees(ben, /INC-1 .*Orders fail .*INVESTIGATING/);

  expect(
    (await machines[0].run(['checklist', 'daily', '--tick', 'review', '--env', 'shop/team'], loginEnv)).code,
  ).toBe(0);
  await command(ben, 'checklists');
  await sees(ben, /Daily checks .*(?:complete|1 of 1|1\/1)/);
  for (const pty of [ana, ben]) {
    pty.press('q');
    expect((await pty.exited).code).toBe(0);
  }
});

test('the database stops: both cockpits say so and refuse to act; it starts again: both recover', {
  timeout: 150_000,
}, async () => {
  await armTeam(ana, 'INC-7');
  await proxy.set('refuse');
  await Promise.all([ana, ben].map((pty) => sees(pty, /STATE DB DOWN/)));
  await preview(ana);
  await sees(ana, /state database 127\.0\.0\.1:\d+\/shop: .*connection refused/);
  ana.press(escapeKey);
  expect(await asSuperuser('SELECT 1 FROM opsdeck.ledger WHERE line LIKE \'%"acting"%\'')).toEqual([]);
  await proxy.set('through');
  await Promise.all([ana, ben].map((pty) => seesNot(pty, /STATE DB DOWN/)));
  await system.letGo();
  ana.press(escapeKey);
  await preview(ana);
  await sees(ana, /enter confirm/);
  await readCard();
  ana.press('\r');
  await sees(ana, /EXECUTED/);
  expect(
    await asSuperuser('SELECT count(*) FROM opsdeck.ledger WHERE line LIKE \'%"event":"acting"%\''),
  ).toEqual(['1']);
});

test('break-glass by keys: a reason, the name of the target, and records that join the shared chain', {
  timeout: 150_000,
}, async () => {
  await system.letGo();
  await proxy.set('refuse');
  await sees(ana, /STATE DB DOWN/);
  await command(ana, 'break-glass');
  await sees(ana, /[═─] BREAK-GLASS/);
  type(ana, 'INC-7 database down');
  await sees(ana, /INC-7 database down/);
  ana.press('\r');
  await sees(ana, / BREAK-GLASS .*STATE DB DOWN/);
  await armTeam(ana, 'INC-7');
  await preview(ana);
  await sees(ana, /use the locks and the ledger of this machine: INC-7 database down/);
  await readCard();
  // Enter alone is no confirmation: the name is asked for.
  ana.press('\r');
  await readCard();
  await typeName(ana, 'desk');
  ana.press('\r');
  await sees(ana, /EXECUTED/);
  expect(await asSuperuser('SELECT 1 FROM opsdeck.ledger')).toEqual([]);
  await proxy.set('through');
  await seesNot(ana, /BREAK-GLASS/);
  await until(
    'the records are merged',
    async () => (await asSuperuser('SELECT 1 FROM opsdeck.ledger')).length > 0,
  );
  expect(
    await asSuperuser('SELECT count(*) FROM opsdeck.ledger WHERE line LIKE \'%"event":"acting"%\''),
  ).toEqual(['1']);
  const verified = await machines[1].run(['audit', 'verify', '--env', 'shop/team'], loginEnv);
  expect(verified.code).toBe(0);
});
