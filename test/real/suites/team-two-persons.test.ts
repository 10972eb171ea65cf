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
import { asPerson, createDatabaseUsers, type Person, personEnv, personsGuard } from '../team/persons.ts';
import {
  type HeldSystem,
  openHeldSystem,
  openTeamCockpit,
  openTeamMachine,
  teamProfile,
} from '../team/program.ts';
import { asSuperuser, freshTables } from '../team/stage.ts';

/** A machine of one person: its route to the state database can fail alone. */
interface Desk {
  readonly person: Person;
  readonly proxy: Awaited<ReturnType<typeof openProxy>>;
  readonly machine: Sandbox;
  open(): Promise<PtyTerminal>;
}

const server = underTest();
let stack: AsyncDisposableStack;
let system: HeldSystem;
let desks: Readonly<Record<Person, Desk>>;
let ana: PtyTerminal;
let ben: PtyTerminal;

const openDesk = async (person: Person): Promise<Desk> => {
  const proxy = await openProxy(server.port);
  stack.defer(() => proxy.close());
  const { port } = new URL(proxy.origin);
  const url = `postgres://\${env:STATE_USER}@127.0.0.1:${port}/shop`;
  const machine = stack.use(await openTeamMachine(`${teamProfile(system, url)}${personsGuard}`));
  return {
    ...{ person, proxy, machine },
    open: async () => {
      const as = await asPerson(machine, person);
      const pty = stack.use(openTeamCockpit(machine, { as, env: personEnv(person) }));
      await sees(pty, /● .*desk/);
      return pty;
    },
  };
};

/** The records in the database: 'ana opsdeck_ana approval-requested'. */
const records = (): Promise<readonly string[]> =>
  asSuperuser(
    "SELECT concat_ws(' ', line::json->>'who', written_by, line::json->'entry'->>'event') FROM opsdeck.ledger ORDER BY seq",
  );
const recorded = async (event: string): Promise<readonly string[]> =>
  (await records()).filter((record) => record.endsWith(` ${event}`));

/** The users of the cockpits that are named by requests. */
const waitingCockpitsSql = `SELECT holder::json->>0 FROM opsdeck.presence
  JOIN opsdeck.ledger ON line::json #>> '{entry,cockpit}' = presence.id::text`;

/** Confirms the run at the keyboard of the requester, who then waits. */
const request = async (pty: PtyTerminal): Promise<void> => {
  await preview(pty);
  await sees(pty, /another person must approve the run: ben/);
  await readCard();
  await typeName(pty, 'desk');
  pty.press('\r');
  await sees(pty, /Waiting for approval/);
};

/** Opens the request at the keyboard of the other person. */
const openRequest = async (pty: PtyTerminal): Promise<void> => {
  await sees(pty, /1 run waits for approval/);
  pty.press('X');
  await sees(pty, /Approve in PRODUCTION/);
};

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  system = stack.use(await openHeldSystem());
  await freshTables();
  await createDatabaseUsers();
  desks = { ana: await openDesk('ana'), ben: await openDesk('ben') };
  [ana, ben] = await Promise.all([desks.ana.open(), desks.ben.open()]);
  await armTeam(ana, 'INC-7');
});
afterEach(() => stack.disposeAsync());

test('a run waits for another person, is refused by them, and goes on when they approve it', {
  timeout: 150_000,
}, async () => {
  await system.letGo();
  await request(ana);
  await sees(ana, /another person must approve the run: ben/);
  await sees(ana, /until \d\d:\d\d:\d\d · (?:9:\d\d|10:00) left/);
  await sees(ana, /nothing was sent/);
  await command(ben, 'now');
  await sees(ben, /run waiting for approval: ana@\S+, 9m\d+s left/);
  await openRequest(ben);
  await sees(ben, /from ana@\S+ · run \S+ · waits/);
  await sees(ben, /reason INC-7/);
  await sees(ben, /hold\.sh/);
  ben.press('\u0012');
  await sees(ben, /REFUSE/);
  type(ben, 'peak hours');
  await sees(ben, /peak hours/);
  ben.press('\r');
  await seesNot(ben, /1 run waits for approval/);
  // Before its end the card has the refusal as well, and `esc` leaves it in the background, to which `R` then returns.
  await sees(ana, /FORBIDDEN .*ben@\S+ refused the run: peak hours/);
  expect(await recorded('acting')).toEqual([]);
  ana.press(escapeKey);

  await request(ana);
  // The requester has nothing to approve, neither here nor in another terminal.
  ana.press(escapeKey);
  await seesNot(ana, /Waiting for approval/);
  ana.press('X');
  await sees(ana, /no run is waiting for your approval/);
  await openRequest(ben);
  await typeName(ben, 'desk');
  ben.press('\r');
  await seesNot(ben, /Approve in PRODUCTION/);
  await sees(ana, /EXECUTED/);
  expect(await recorded('approved')).toEqual(['ben opsdeck_ben approved']);
  expect(await recorded('acting')).toEqual(['ana opsdeck_ana acting']);
  const shown = await desks.ben.machine.run(['audit', 'show', '--env', 'shop/team'], personEnv('ben'));
  expect(shown.stdout).toMatch(/ben@\S+ +approved the plan/);
  expect(shown.stdout).toMatch(/ana@\S+ +confirmed desk, armed: INC-7/);
  const gated = await asSuperuser("SELECT line FROM opsdeck.ledger WHERE line LIKE '%all gates passed%'");
  expect(gated).toEqual([
    expect.stringMatching(/approved by ben@\S+ \(database user opsdeck_ben, record \d+\)/),
  ]);
});

test('the approver is killed while the approval is on its way: it is not recorded, the run waits, and a new cockpit approves it', {
  timeout: 150_000,
}, async () => {
  await system.letGo();
  await request(ana);
  await openRequest(ben);
  await typeName(ben, 'desk');
  await desks.ben.proxy.set('silent');
  ben.press('\r');
  ben.kill('SIGKILL');
  await ben.exited;
  await desks.ben.proxy.set('through');
  await sees(ana, /Waiting for approval/);
  expect(await recorded('approved')).toEqual([]);
  expect(await recorded('acting')).toEqual([]);
  ben = await desks.ben.open();
  await openRequest(ben);
  await typeName(ben, 'desk');
  ben.press('\r');
  await sees(ana, /EXECUTED/);
  expect(await recorded('approved')).toEqual(['ben opsdeck_ben approved']);
  expect(await recorded('acting')).toEqual(['ana opsdeck_ana acting']);
});

test('the requester is killed while it waits: its approval sends nothing, and the next run needs another one', {
  timeout: 150_000,
}, async () => {
  await system.letGo();
  await request(ana);
  await openRequest(ben);
  // The request names the cockpit that waits, as the others see it: they notice its end.
  expect(await asSuperuser(waitingCockpitsSql)).toEqual(['ana']);
  ana.kill('SIGKILL');
  await ana.exited;
  // Its lease as a cockpit of the team runs out first. The request is still there, and can be approved.
  await sees(ben, /requester offline since \d\d:\d\d:\d\d: an approval has no effect/, 60_000);
  ben.press(escapeKey);
  await seesNot(ben, /Approve in PRODUCTION/);
  await command(ben, 'now');
  await sees(ben, /run waiting for approval: ana@\S+, requester offline since \d\d:\d\d:\d\d, \d+m\d+s left/);
  await openRequest(ben);
  await typeName(ben, 'desk');
  ben.press('\r');
  await until('the approval is recorded', async () => (await recorded('approved')).length === 1);
  await seesNot(ben, /Approve in PRODUCTION/);
  ana = await desks.ana.open();
  await armTeam(ana, 'INC-7');
  await request(ana);
  await openRequest(ben);
  expect(await recorded('acting')).toEqual([]);
  ana.press('w');
  await sees(ana, /CANCEL/);
  await sees(ben, /this request was answered/);
  expect(await recorded('acting')).toEqual([]);
});

test('the state database is unavailable for the requester while it waits: the run ends without a call', {
  timeout: 150_000,
}, async () => {
  await system.letGo();
  await request(ana);
  await desks.ana.proxy.set('refuse');
  await sees(ana, /the approval cannot be read/);
  await desks.ana.proxy.set('through');
  await seesNot(ana, /STATE DB DOWN/);
  await until('its end is recorded', async () => (await recorded('ended')).length === 1);
  await seesNot(ben, /1 run waits for approval/);
  expect(await recorded('acting')).toEqual([]);
});
