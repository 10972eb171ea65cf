import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import type { Ended, Sandbox } from '../../e2e/support/sandbox.ts';
import { until } from '../machine/until.ts';
import { sql } from '../postgres/psql.ts';
import { openStoppableServer, type StoppableServer } from '../postgres/stoppable.ts';
import { underTest } from '../setting.ts';
import { armTeam, command, preview, readCard, sees, seesNot, type, typeName } from '../team/keys.ts';
import {
  type HeldSystem,
  loginEnv,
  openHeldSystem,
  openTeamCockpit,
  openTeamMachine,
  teamProfile,
} from '../team/program.ts';
import { freshTables } from '../team/stage.ts';

const server = underTest();
let stack: AsyncDisposableStack;
let system: HeldSystem;
let database: StoppableServer;
/** Two machines of the team. */
let ana: Sandbox;
let ben: Sandbox;

const on = (machine: Sandbox, ...args: readonly string[]): Promise<Ended> =>
  machine.run([...args, '--env', 'shop/team'], loginEnv);

interface SharedRecord {
  readonly hash: string;
  readonly run: string;
  readonly event: string;
  /** Its number on the machine that recorded it without the database; null: it was recorded there. */
  readonly own: number | null;
}

const recordSql = `SELECT json_build_object('hash', hash, 'run', run, 'event', line::json #>> '{entry,event}',
  'own', line::json #> '{merged,seq}') FROM opsdeck.ledger ORDER BY seq`;

/** The records of the shared ledger, in order. */
const shared = async (): Promise<readonly SharedRecord[]> =>
  (await sql(database, [recordSql])).map((line) => JSON.parse(line));

/** The events that have this text. */
const eventsWith = (text: string): Promise<readonly string[]> =>
  sql(database, [
    `SELECT DISTINCT line::json #>> '{entry,event}' FROM opsdeck.ledger WHERE line LIKE '%${text}%'`,
  ]);

/** Lets the cockpit act without the database, and does one run by keys. */
const runBroken = async (pty: PtyTerminal, reason: string): Promise<void> => {
  await command(pty, 'break-glass');
  await sees(pty, /[═─] BREAK-GLASS/);
  type(pty, reason);
  await sees(pty, new RegExp(reason));
  pty.press('\r');
  await sees(pty, / BREAK-GLASS .*STATE DB DOWN/);
  await armTeam(pty, 'INC-7');
  await preview(pty);
  await sees(pty, new RegExp(`use the locks and the ledger of this machine: ${reason}`));
  await readCard();
  await typeName(pty, 'desk');
  pty.press('\r');
  await sees(pty, /EXECUTED/);
};

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  system = stack.use(await openHeldSystem());
  await system.letGo();
  await freshTables();
  database = stack.use(await openStoppableServer(server));
  const profile = teamProfile(system, `postgres://opsdeck@127.0.0.1:${database.port}/shop`);
  ana = stack.use(await openTeamMachine(profile));
  ben = stack.use(await openTeamMachine(profile));
});
afterEach(() => stack.disposeAsync());

test('the server of the database is stopped: two machines act with a reason, and their records join one chain when it is back', {
  timeout: 180_000,
}, async () => {
  const arm = ['--json', '--arm', 'INC-7', '--confirm', 'desk'];
  expect((await on(ben, 'run', 'hold', ...arm)).code).toBe(0);
  const before = await shared();
  const pty = stack.use(openTeamCockpit(ana));
  await sees(pty, /● .*desk/);

  await database.stop();
  await sees(pty, /STATE DB DOWN/);
  await runBroken(pty, 'INC-7 database down');
  const broken = await on(ben, 'run', 'hold', ...arm, '--break-glass', 'INC-7: the database is down');
  expect(broken.code).toBe(0);

  await database.start();
  await seesNot(pty, /BREAK-GLASS/);
  await until('the records of the cockpit are there', async () =>
    (await shared()).some(({ own, event }) => own !== null && event === 'ended'),
  );
  const verified = await on(ben, 'audit', 'verify');
  expect(verified.code).toBe(0);

  // What was there is unchanged, and each machine's records are in its own order, once.
  const after = await shared();
  expect(after.slice(0, before.length)).toEqual(before);
  const acts = after.filter(({ event }) => event === 'acting');
  expect(acts.map(({ own }) => own !== null)).toEqual([false, true, true]);
  for (const { run } of acts.slice(1)) {
    const places = after.filter((sharedRecord) => sharedRecord.run === run).map(({ own }) => own ?? 0);
    expect(places).toEqual(places.map((_, index) => (places[0] ?? 0) + index));
  }
  for (const reason of ['INC-7 database down', 'INC-7: the database is down'])
    expect(await eventsWith(`this machine: ${reason}`)).toContain('gated');

  // Both machines have the same chain.
  const seen = await on(ana, 'audit', 'verify');
  expect([seen.code, seen.stdout]).toEqual([0, verified.stdout]);
});
