import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { PtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import { setup as build } from '../../e2e/built.ts';
import type { Sandbox } from '../../e2e/support/sandbox.ts';
import { readMs } from '../../support/cockpit-verbs.ts';
import { until } from '../machine/until.ts';
import { openProxy } from '../proxy.ts';
import { underTest } from '../setting.ts';
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

const escapeKey = '\u001b[27u';

/** The screen as one text: a sentence may go on in the next row of a card. */
const textOf = (screen: readonly string[]): string => screen.join(' ').replace(/[┃│║\s]+/g, ' ');
const sees = (pty: PtyTerminal, text: RegExp): Promise<void> =>
  pty.until((screen) => text.test(textOf(screen)), `waiting for ${String(text)}`, 30_000);
const seesNot = (pty: PtyTerminal, text: RegExp): Promise<void> =>
  pty.until((screen) => !text.test(textOf(screen)), `waiting until ${String(text)} is gone`, 30_000);

const type = (pty: PtyTerminal, text: string): void => {
  for (const letter of text) pty.press(letter);
};

/** Opens a pane or gives a command by the command line. */
const command = async (pty: PtyTerminal, name: string): Promise<void> => {
  pty.press(':');
  await sees(pty, /┏━/);
  type(pty, name);
  await sees(pty, new RegExp(`${name}_`));
  pty.press('\r');
  await seesNot(pty, new RegExp(`${name}_`));
};

const arm = async (pty: PtyTerminal, reason: string): Promise<void> => {
  pty.press('A');
  await sees(pty, /ARM TEAM/);
  type(pty, reason);
  await sees(pty, new RegExp(reason));
  pty.press('\r');
  await sees(pty, /ARMED \d+:\d\d/);
};

/** Selects the runbook in the list of runbooks, and opens its card. */
const preview = async (pty: PtyTerminal): Promise<void> => {
  pty.press('R');
  await sees(pty, /RUNBOOKS/);
  pty.press('/');
  type(pty, 'hold');
  await sees(pty, /RUNBOOKS +\/hold_/);
  await sees(pty, /▸ . hold /);
  pty.press('\r');
};

beforeAll(() => build());
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
  await arm(ana, 'INC-7');
  await preview(ana);
  await sees(ana, /enter confirm/);
  await sleep(readMs);
  ana.press('\r');
  await sees(ana, /RUNNING/);
  // Arming is per process.
  await seesNot(ben, /ARMED/);
  await arm(ben, 'INC-7');
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
  await sees(ana, /━ DECLARE INCIDENT/);
  type(ana, 'Orders fail');
  await sees(ana, /Orders fail/);
  ana.press('\r');
  await sees(ana, /INC-1/);
  await command(ben, 'incident');
  await sees(ben, /INC-1 .*INVESTIGATING +Orders fail/);

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
  await arm(ana, 'INC-7');
  await proxy.set('refuse');
  await Promise.all([ana, ben].map((pty) => sees(pty, /STATE AWAY/)));
  await preview(ana);
  await sees(ana, /state database 127\.0\.0\.1:\d+\/shop: .*connection refused/);
  ana.press(escapeKey);
  expect(await asSuperuser('SELECT 1 FROM opsdeck.ledger WHERE line LIKE \'%"acting"%\'')).toEqual([]);
  await proxy.set('through');
  await Promise.all([ana, ben].map((pty) => seesNot(pty, /STATE AWAY/)));
  await system.letGo();
  ana.press(escapeKey);
  await preview(ana);
  await sees(ana, /enter confirm/);
  await sleep(readMs);
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
  await sees(ana, /STATE AWAY/);
  await command(ana, 'break-glass');
  await sees(ana, /━ BREAK-GLASS/);
  type(ana, 'INC-7 database down');
  await sees(ana, /INC-7 database down/);
  ana.press('\r');
  await sees(ana, / BREAK-GLASS .*STATE AWAY/);
  await arm(ana, 'INC-7');
  await preview(ana);
  await sees(ana, /locks and ledger of this machine: INC-7 database down/);
  await sleep(readMs);
  // Enter alone does not confirm it: the name is asked for.
  ana.press('\r');
  await sleep(readMs);
  // Letters that arrive together are a paste, which does not confirm.
  for (const [index, letter] of [...'desk'].entries()) {
    ana.press(letter);
    await sees(ana, new RegExp(`${index + 1} of 4`));
  }
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
