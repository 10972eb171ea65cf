import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import type { Sandbox } from '../../e2e/support/sandbox.ts';
import { until } from '../machine/until.ts';
import { openProxy } from '../proxy.ts';
import { underTest } from '../setting.ts';
import { answer, armTeam, command, escapeKey, preview, readCard, sees, seesNot } from '../team/keys.ts';
import {
  type HeldSystem,
  loginEnv,
  onHost,
  openHeldSystem,
  openTeamCockpit,
  openTeamMachine,
  openTeamProgram,
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
  ana = stack.use(openTeamCockpit(machines[0], onHost('ana-desk')));
  ben = stack.use(openTeamCockpit(machines[1], onHost('ben-desk')));
  await Promise.all([ana, ben].map((pty) => sees(pty, /● .*desk/)));
});
afterEach(() => stack.disposeAsync());

test('two engineers handle an incident: each does some steps, and the report has both names and every step', {
  timeout: 180_000,
}, async () => {
  // Ana declares, Ben acknowledges.
  ana.press('!');
  await answer(ana, /[═─] DECLARE INCIDENT/, 'Orders fail');
  await sees(ana, /INC-1/);
  await command(ben, 'incident');
  await sees(ben, /INC-1 .*Orders fail .*INVESTIGATING/);
  ben.press('a');
  await sees(ben, / acknowledged /);
  await command(ana, 'incident');
  await sees(ana, /ben-desk/);

  // Impact, and an update for stakeholders.
  ben.press('f');
  await sees(ben, /Impact/);
  ben.press('j');
  ben.press('\r');
  await answer(ben, /IMPACT/, 'no new orders');
  await sees(ana, /no new orders/);
  ana.press('i');
  await answer(ana, /UPDATE/, 'We look into it');
  await sees(ben, /We look into it/);

  // Ana hands over command.
  ana.press('c');
  await answer(ana, /INCIDENT COMMANDER/, 'ben');
  await sees(ben, /commander +ben/);
  await sees(ben, /ana-desk → ben/);

  // Ben is armed: Ana sees it, and stays read-only.
  await armTeam(ben, 'INC-1');
  await sees(ana, /\(armed\)/);
  await seesNot(ana, / ARMED .*\d+:\d\d left/);

  // Ben runs; Ana sees steps and output while it goes on, and its end.
  await preview(ben);
  await sees(ben, /enter confirm/);
  await readCard();
  ben.press('\r');
  await sees(ben, /Running/);
  await command(ana, 'runs');
  await sees(ana, /Hold the desk/);
  ana.press('j');
  ana.press('\r');
  await sees(ana, /RUNNING.*Hold the desk.* on ben-desk/);
  await sees(ana, /holding the desk/);
  await seesNot(ana, /did not finish/);
  await system.letGo();
  await sees(ben, /EXECUTED/);
  await sees(ana, /EXECUTED.* on ben-desk/);
  ben.press(escapeKey);
  ana.press(escapeKey);

  // Identified, monitoring, resolved.
  await command(ana, 'incident');
  for (const [pty, text, status] of [
    [ana, 'The desk was stuck', 'IDENTIFIED'],
    [ana, 'The desk is held', 'MONITORING'],
    [ana, 'All checks hold', 'RESOLVED'],
  ] as const) {
    pty.press('t');
    await answer(pty, /STATUS|IDENTIFIED|MONITORING|RESOLVED/, text);
    await sees(pty, new RegExp(status));
  }
  await command(ben, 'incident');
  await sees(ben, /RESOLVED/);

  // The post-mortem, written by Ben.
  ben.press('d');
  await sees(ben, /ost-mortem/);
  ben.press('j');
  ben.press('j');
  ben.press('\r');
  await sees(ben, /saved: .*INC-1-post-mortem/);
  const name = (await readdir(machines[1].dir)).find((text) => /^INC-1.*\.md$/.test(text)) ?? '';
  const report = await readFile(join(machines[1].dir, name), 'utf8');
  expect(report).toContain('# Post-mortem of INC-1: Orders fail');
  for (const step of [
    /declared Orders fail \(\S+@ana-desk\)/,
    /acknowledged \(\S+@ben-desk\)/,
    /impact no new orders \(\S+@ben-desk\)/,
    /update We look into it \(\S+@ana-desk\)/,
    /commander \S+@ana-desk → ben \(\S+@ana-desk\)/,
    /run .*Hold the desk.*EXECUTED/i,
    /status identified: The desk was stuck \(\S+@ana-desk\)/,
    /status resolved: All checks hold \(\S+@ana-desk\)/,
  ])
    expect(report.replaceAll('\\', '')).toMatch(step);
});

test('one engineer follows the cockpit of another on another machine', { timeout: 120_000 }, async () => {
  // A cockpit that has just shown its first reading has not been reported yet.
  await until('both are reported', async () => {
    const [rows] = await asSuperuser('SELECT count(*) FROM opsdeck.presence');
    return rows === '2';
  });
  const list = await machines[1].run(['follow', '--list', '--env', 'shop/team'], loginEnv);
  expect(list.stderr).not.toContain('warning');
  expect(list.stdout).toMatch(/@ana-desk +shop\/team/);
  const follower = stack.use(openTeamProgram(machines[1], ['follow'], onHost('carl-desk')));
  // Ben's own machine has his cockpit, too: a choice.
  await sees(follower, /FOLLOW: several cockpits are open. Choose one/);
  await sees(follower, /ana-desk/);
  follower.press('j');
  await sees(follower, /▸ .*ana-desk/);
  follower.press('\r');
  await sees(follower, /LIVE .*quit/);
  await sees(ana, /followed by/);
  ana.press('R');
  await sees(follower, /Runbooks/);
  // Keys of the follower do not reach the cockpit.
  follower.press('A');
  ana.press(escapeKey);
  await seesNot(follower, /ARM TEAM/);

  // The database goes away and comes back.
  await proxy.set('refuse');
  await sees(follower, /STALE .*the state database .*: /);
  await proxy.set('through');
  await sees(follower, /LIVE .*quit/);
  await seesNot(ana, /STATE DB DOWN/);

  // The cockpit is closed; nothing stays in the database.
  ana.press('q');
  expect((await ana.exited).code).toBe(0);
  await sees(follower, /has closed this cockpit/);
  follower.press('q');
  expect((await follower.exited).code).toBe(0);
  await until('nothing is left', async () => {
    const [rows] = await asSuperuser(
      'SELECT (SELECT count(*) FROM opsdeck.screen_follower) + (SELECT count(*) FROM opsdeck.screen_line)',
    );
    return rows === '0';
  });
});
