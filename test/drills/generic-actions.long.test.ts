import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/domain/runs/run.ts';
import { openCockpitIn, type SimulatedCockpit } from '../simulation/cockpit.ts';
import { openSimulation } from '../simulation/simulation.ts';
import { arm, type Cockpit, confirm, confirmUndo, enter, esc, verified } from '../support/cockpit-verbs.ts';

/** Opens an environment in a simulation with an incident. `args`: further arguments. */
const open = async (
  env: string,
  incident: string,
  args: readonly string[] = [],
): Promise<SimulatedCockpit> => {
  const simulation = openSimulation();
  const cockpit = await openCockpitIn(simulation, ['--env', env, '--rehearse', incident, ...args]);
  await cockpit.sees(/read-only[\s\S]*data +\d+s old/);
  return {
    ...cockpit,
    [Symbol.asyncDispose]: async () => {
      await cockpit[Symbol.asyncDispose]();
      await simulation[Symbol.asyncDispose]();
    },
  };
};

/** Zooms a pane and leaves only the rows that match. */
const findRow = async (cockpit: Cockpit, pane: string, filter: string, row: RegExp): Promise<void> => {
  await cockpit.keys(':', ...pane, enter);
  await cockpit.keys('/', ...filter, enter);
  await cockpit.sees(row);
};

const marked = (screen: readonly string[]): string => screen.find((line) => /[║│] +▸/.test(line)) ?? '';

/** Opens the actions of the row, and starts the one with this title. */
const startAction = async (cockpit: Cockpit, title: RegExp): Promise<void> => {
  const { pty } = cockpit;
  await cockpit.keys('x');
  await cockpit.sees(title);
  while (!title.test(marked(pty.screen()))) {
    const before = marked(pty.screen());
    pty.press('\x1b[B');
    await pty.until((screen) => marked(screen) !== before, `an action after ${before}`);
  }
  await cockpit.keys(enter);
};

const entries = async (cockpit: Cockpit): Promise<readonly RunEvent[]> =>
  (await cockpit.ledger())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).entry);

/** The ids of the runbooks that were run, and how they ended. */
const runs = async (cockpit: Cockpit): Promise<readonly string[]> => {
  const all = await entries(cockpit);
  return all.flatMap((entry) => {
    if (entry.event !== 'ended') return [];
    const planned = all.find((runEvent) => runEvent.event === 'planned' && runEvent.run === entry.run);
    const id = planned?.event === 'planned' ? planned.proposal.runbook : '';
    return [`${id} ${entry.ending}`];
  });
};

test('host: a unit is restarted from its row', async () => {
  await using cockpit = await open('eventmesh/production', 'crashed');
  await arm(cockpit, 'INC-1');
  await findRow(cockpit, 'pods', 'name=eventmesh-api status=failed', /✗ failed +eventmesh-api/);
  await startAction(cockpit, /Restart unit/);
  await confirm(cockpit);
  await cockpit.sees(verified);
  expect(await runs(cockpit)).toEqual(['restart-unit-hosts recovered']);
});

test('docker: a stopped container is started from its row', async () => {
  await using cockpit = await open('trading/production', 'service-down');
  await arm(cockpit, 'INC-2');
  await findRow(cockpit, 'pods', 'kind=container', /container/);
  await startAction(cockpit, /Start container/);
  await confirm(cockpit);
  await cockpit.sees(verified);
  expect(await runs(cockpit)).toEqual(['start-container-compose recovered']);
});

test('postgres: the statement of a session is canceled from its row', async () => {
  await using cockpit = await open('trading/production', 'pool-exhaustion');
  await cockpit.sees(/✗ exhausted +trademaster|✗ .*HikariPool.*is exhausted/);
  await arm(cockpit, 'INC-3');
  await findRow(cockpit, 'db', 'state=active', /active/);
  await startAction(cockpit, /Cancel statement of session/);
  await confirm(cockpit);
  await cockpit.sees(verified);
  expect(await runs(cockpit)).toEqual(['cancel-session recovered']);
});

test('alertmanager: an alert is silenced from its row', async () => {
  await using cockpit = await open('trading/production', 'service-down');
  await arm(cockpit, 'INC-4');
  await findRow(cockpit, 'alerts', 'state=firing', /firing/);
  await startAction(cockpit, /Silence an alert/);
  await cockpit.sees(/Duration/);
  await cockpit.keys(...'30m', enter);
  await cockpit.sees(/Reason/);
  await cockpit.keys(...'drill', enter);
  await confirm(cockpit);
  await cockpit.sees(verified);
  expect(await runs(cockpit)).toEqual(['silence-alert recovered']);
});

test('actuator: the level of a logger is set from the row of its service, and taken back', async () => {
  await using cockpit = await open('event-bus/production', 'breaker-left-open');
  await arm(cockpit, 'INC-5');
  await findRow(cockpit, 'health', 'service=event-bus-service', /event-bus-service/);
  await startAction(cockpit, /[Ll]og level|[Ll]ogger/);
  await cockpit.sees(/Logger \(ROOT/);
  await cockpit.keys(...'ROOT', enter);
  await cockpit.sees(/[║│] +▸ +\S+/);
  await cockpit.keys(enter);
  await confirm(cockpit);
  await cockpit.sees(verified);
  await cockpit.keys('u');
  await confirmUndo(cockpit);
  await cockpit.sees(/(?:RECOVERED|VERIFIED)[^\n]*\n[^\n]* Undo: /);
  expect((await runs(cockpit))[0]).toMatch(/^\S*level\S* recovered$/);
});

test('kafka: the offsets of a group without members are reset from its row', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-verbs-'));
  await cp('profiles/saga', join(dir, 'saga'), { recursive: true });
  const file = join(dir, 'saga', 'production.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/actions: \[/, 'actions: [resetOffsets, '));
  await using cockpit = await open('saga/production', 'consumer-lag', ['--profiles', dir]);
  await arm(cockpit, 'INC-6');
  await findRow(cockpit, 'pods', 'kind=deployment name=notification-service', /notification-service/);
  await startAction(cockpit, /Scale deployment/);
  await cockpit.keys('0', enter);
  await cockpit.sees(/total outage/);
  await cockpit.keys('O', ...'drill', enter);
  await cockpit.sees(/to confirm:/);
  await cockpit.reads();
  await cockpit.keys(...'notification-service', enter);
  await cockpit.sees(verified);
  await cockpit.keys(esc);

  await findRow(cockpit, 'lag', 'group=notification-group', /notification-group/);
  await startAction(cockpit, /Reset offsets(?! to a time)/);
  await cockpit.sees(/[║│] +▸ +earliest/);
  await cockpit.keys(enter);
  await cockpit.sees(/to confirm:/);
  await cockpit.reads();
  await cockpit.keys(...'notification-group', enter);
  await cockpit.sees(verified);
  expect(await runs(cockpit)).toEqual([
    'scale-deployment-k8s forbidden',
    'scale-deployment-k8s recovered',
    'reset-offsets recovered',
  ]);
  await rm(dir, { recursive: true });
});

test('kubernetes: a port-forward outlives its card, has a mark in the header, and its end is in the ledger', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-verbs-'));
  await cp('profiles/saga', join(dir, 'saga'), { recursive: true });
  const file = join(dir, 'saga', 'production.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/actions: \[/, 'actions: [port-forward, '));
  await using cockpit = await open('saga/production', 'consumer-lag', ['--profiles', dir]);
  await arm(cockpit, 'INC-7');
  await findRow(cockpit, 'pods', 'kind=pod name=payment-service', /payment-service/);
  await cockpit.keys('F');
  await cockpit.sees(/port 8080[\s║│]+\(only choice\)/);
  await confirm(cockpit);
  await cockpit.sees(/EXECUTED, NOT VERIFIED/);
  await cockpit.keys(esc);
  await cockpit.sees(/⇄ 1 port-forward/);
  await cockpit.keys(':', ...'forwards', enter);
  await cockpit.sees(/● OPEN +127\.0\.0\.1:\d+ +8080 +payment-service/);
  await cockpit.keys('d');
  await cockpit.sees(/No open port-forwards/);
  const closed = (await entries(cockpit)).find(({ event }) => event === 'forward-closed');
  expect(closed).toMatchObject({
    forward: expect.stringMatching(/^port-forward 127\.0\.0\.1:\d+ → 8080 of pod payment-service/),
    why: 'closed by the operator; 0 connections',
  });
  await rm(dir, { recursive: true });
});

test('a verb that production does not list is refused with the line to add', async () => {
  await using cockpit = await open('saga/production', 'consumer-lag');
  await arm(cockpit, 'INC-8');
  await findRow(cockpit, 'pods', 'kind=pod name=payment-service', /payment-service/);
  await cockpit.keys('x');
  await cockpit.sees(/Delete pod .* ⊘ DESTRUCTIVE/);
  await cockpit.sees(/guard\.actions of production does not permit the action "delete" · change/);
  await cockpit.sees(/actions: \[restart, scale, rollback, evict, cordon, uncordon, cancel,[\s║│]+delete\]/);
});
