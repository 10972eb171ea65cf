import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import { chainRecord, chainStart } from '../../../src/persistence/ledger/chain.ts';
import type { LedgerEntry } from '../../../src/persistence/ledger/ledger-record.ts';
import { loggingProfile, loggingServer } from '../../attack/support/temporary-change.ts';
import type { Sandbox } from '../../e2e/support/sandbox.ts';
import { passwords, urlOf } from '../postgres/roles.ts';
import { underTest } from '../setting.ts';
import { command, sees } from '../team/keys.ts';
import { openTeamCockpit, openTeamMachine } from '../team/program.ts';
import { asSuperuser, freshTables } from '../team/stage.ts';

/** Three polls of the state database, and three seconds in which due resets are looked for. */
const longEnoughMs = 18_000;

const server = underTest();
let stack: AsyncDisposableStack;
let logging: Awaited<ReturnType<typeof loggingServer>>;
let machine: Sandbox;
let pty: PtyTerminal;

const env = { STATE_PASSWORD: passwords.opsdeck };
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Runs statements with a login of its own that has the rights of the program, and no others. */
const asColleague = (statements: readonly string[]): Promise<readonly string[]> =>
  asSuperuser(['SET SESSION AUTHORIZATION mallory', ...statements, 'RESET SESSION AUTHORIZATION'].join('; '));

/** The statements that insert records and a pending reset of a run that never was. */
const forgedReset = (url: string): readonly string[] => {
  const where = { name: 'app', place: url, saw: 'INFO', uid: `${url} app`, where: url };
  const gate = { arm: false, confirm: false, preview: false, typed: false, windowMs: 0 };
  const call = { title: 'Restore logger app', use: 'bus.logger', with: { name: 'app', level: 'TRACE' } };
  const plan = {
    ...{ calls: [], danger: 'safe', objects: [], params: {}, targets: [where], use: 'bus.logger' },
    reset: { afterMs: 1, leaves: 'INFO', title: call.title },
  };
  const step = { danger: 'safe', gate, id: 'a1', manual: false, title: 'x', undo: [call], plan };
  const proposal = {
    ...{ blast: { objects: 1 }, checks: [], danger: 'safe', env: 'live', gate, names: ['app'], params: {} },
    ...{ plannedAt: 1, run: 'forged', runbook: 'debug', steps: [step], system: 'shop' },
    ...{ tier: 'production', title: 'Debug logging' },
  };
  const events = [
    { event: 'planned', run: 'forged', at: 1, proposal },
    { event: 'reset-scheduled', run: 'forged', at: 2, step: 'a1', title: call.title, dueAt: 3 },
    { event: 'acting', run: 'forged', at: 3, step: 'a1', title: 'x' },
  ];
  let link = chainStart;
  const records = events.map((event) => {
    const entry = {
      ...{ at: 1, who: { user: 'opsdeck', host: 'vm', pid: 1 }, system: 'shop', env: 'live' },
      ...{ entry: event, proof: 'forged' },
    } as unknown as LedgerEntry;
    const before = link;
    const { line, link: next } = chainRecord(entry, link);
    link = next;
    const values = [next.count, quoted(next.hash), quoted(before.hash), quoted(line), quoted('forged')];
    return `INSERT INTO opsdeck.ledger (seq, hash, prev, line, run) VALUES (${values.join(', ')})`;
  });
  const reset = {
    ...{ run: 'forged', step: 'a1', system: 'shop', env: 'live', title: call.title },
    ...{ targets: [`bus ${where.uid}`], dueAt: 3, attempts: 0 },
  };
  const change = (path: string, content: string): string =>
    `INSERT INTO opsdeck.file_change (seq, path, is_append, content) SELECT coalesce(max(seq), 0) + 1, ${quoted(path)}, false, ${quoted(content)} FROM opsdeck.file_change`;
  return [
    ...records,
    change('resets.json', JSON.stringify({ opsdeck: 1, resets: [reset] })),
    change('../../forged.json', '{}'),
  ];
};

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  logging = stack.use(await loggingServer());
  await freshTables();
  await asSuperuser('DROP ROLE IF EXISTS mallory');
  await asSuperuser('CREATE ROLE mallory LOGIN IN ROLE opsdeck');
  const url = urlOf(server, 'opsdeck').replace(/:[^:@/]*@/, '@');
  const state = `state: { url: "${url}", password: "\${env:STATE_PASSWORD}" }\n`;
  machine = stack.use(await openTeamMachine(loggingProfile(logging.url, state)));
  pty = stack.use(openTeamCockpit(machine, { env, environment: 'shop/live' }));
  await sees(pty, /read-only/);
});
afterEach(() => stack.disposeAsync());

test('a forged reset of a colleague sends nothing, is shown, and keeps no one from acting', {
  timeout: 120_000,
}, async () => {
  await asColleague(forgedReset(logging.url));
  expect(await asSuperuser('SELECT DISTINCT written_by FROM opsdeck.ledger')).toEqual(['mallory']);
  await command(pty, 'now');
  await sees(pty, /reset not written by opsdeck, never sent/);
  await sleep(longEnoughMs);
  expect(logging.sent).toEqual([]);
  const profiles = ['--profiles', `${machine.dir}/profiles`];
  const args = [
    'run',
    'debug',
    '--env',
    'shop/live',
    ...profiles,
    '--arm',
    'INC-7',
    '--confirm',
    'app',
    '--json',
  ];
  const { code, stdout } = await machine.run(args, env);
  expect(stdout).toContain(
    '1 foreign row of opsdeck.file_change ignored, the last by mallory: \\"../../forged.json\\"',
  );
  expect({ code, sent: logging.sent }).toEqual({ code: 0, sent: ['POST /loggers/app'] });
});
