import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { PtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import type { Sandbox } from '../../e2e/support/sandbox.ts';
import { underTest } from '../setting.ts';
import { answer, armTeam, command, escapeKey, preview, readCard, sees, seesNot } from '../team/keys.ts';
import { asPerson, createDatabaseUsers, databaseUsers, type Person, personEnv } from '../team/persons.ts';
import { onHost, openTeamCockpit, openTeamMachine } from '../team/program.ts';
import { asSuperuser, freshTables } from '../team/stage.ts';
import { openTradingSystem, type TradingSystem } from '../team/trading.ts';

const environment = 'trading/production';
const server = underTest();
let stack: AsyncDisposableStack;
let system: TradingSystem;
let machines: Readonly<Record<Person, Sandbox>>;
let ana: PtyTerminal;
let ben: PtyTerminal;

/** Opens the cockpit of a person: with a machine, an account and a database user of its own. */
const openDesk = async (person: Person): Promise<PtyTerminal> => {
  const machine = machines[person];
  const as = [...(onHost(`${person}-desk`).as ?? []), ...(await asPerson(machine, person))];
  return stack.use(openTeamCockpit(machine, { as, env: personEnv(person), environment }));
};

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  await freshTables();
  await createDatabaseUsers();
  system = stack.use(await openTradingSystem('paged', databaseUsers));
  const profile = system.profile(`postgres://\${env:STATE_USER}@127.0.0.1:${server.port}/shop`);
  machines = {
    ana: stack.use(await openTeamMachine(profile)),
    ben: stack.use(await openTeamMachine(profile)),
  };
  [ana, ben] = [await openDesk('ana'), await openDesk('ben')];
});
afterEach(() => stack.disposeAsync());

const reportEnd = '[╔╭][═─] . (?:RECOVERED|STEP VERIFIED, [A-Z ]+|EXECUTED, NOT VERIFIED)';

/** Confirms the card of a report, waits until it is sent and verified, and closes it. */
const confirmReport = async (pty: PtyTerminal, title: string): Promise<void> => {
  await sees(pty, new RegExp(`Confirm in PRODUCTION .*${title}`));
  await readCard();
  pty.press('\r');
  await sees(pty, new RegExp(`${reportEnd} .*${title}`), 90_000);
  pty.press(escapeKey);
  await seesNot(pty, /[╔╭][═─] (?:. )?[A-Z]{3}/);
};

/** Opens a list of the incident and chooses its nth entry, from 0. */
const choose = async (
  pty: PtyTerminal,
  [key, list]: readonly [string, string],
  nth: number,
  entry: string,
): Promise<void> => {
  pty.press(key);
  await sees(pty, new RegExp(`[╔╭][═─] ${list}`));
  for (let step = 0; step < nth; step += 1) pty.press('j');
  await sees(pty, new RegExp(`▸ ${entry}`));
  pty.press('\r');
};

const fields = ['f', 'FIELDS'] as const;
const reports = ['O', 'REPORT'] as const;
const documents = ['d', 'DOCUMENTS'] as const;

const posting = 'Post an update of the incident';

/** Sets the next status with what is known, and posts it. */
const setStatus = async (pty: PtyTerminal, text: string, status: string): Promise<void> => {
  pty.press('t');
  await answer(pty, /[╔╭][═─] (?:STATUS|RESOLVE, OPEN FINDINGS)/, text);
  await confirmReport(pty, posting);
  for (const each of [ana, ben]) await sees(each, new RegExp(`Orders time out .*${status}`));
};

/** The file that a person has saved in the working directory, by the end of its name. */
const savedBy = async (person: Person, end: string): Promise<string> => {
  const { dir } = machines[person];
  const name = (await readdir(dir)).find((text) => text.startsWith('INC-1') && text.endsWith(end));
  return readFile(join(dir, name ?? `INC-1…${end}`), 'utf8');
};

/** The lines of the record by the step of the process, with the person. */
const steps: Readonly<Record<string, readonly (readonly [string, Person])[]>> = {
  '1 acknowledge': [
    ['declared P\\d · Orders time out', 'ana'],
    ['acknowledged', 'ben'],
    ['pagerduty acknowledged #\\d+', 'ben'],
  ],
  '2 assess': [['impact orders of all users', 'ben']],
  '3 communicate': [
    ['update Requests wait for the database', 'ana'],
    ['slack update posted \\d+\\.\\d+', 'ana'],
    ['commander ana@ana-desk → ben', 'ana'],
  ],
  '4 diagnose': [['diagnosis .*List sessions with duration and blocking session', 'ben']],
  '5 resolve': [['run Connection pool exhausted: end long-running queries · started', 'ben']],
  '6 verify': [
    ['run Connection pool exhausted: end long-running queries · (?:RECOVERED|STEP VERIFIED)', 'ben'],
    ['status identified: Blocked sessions held the pool', 'ben'],
    ['status monitoring: Sessions are terminated', 'ana'],
    ['status resolved: All checks hold', 'ben'],
    ['pagerduty resolved #\\d+', 'ana'],
  ],
  '7 document': [['github issue filed', 'ana']],
};
/** The last step, after the draft of the post-mortem. */
const finished: readonly (readonly [string, Person])[] = [['post-mortem wiki/INC-1', 'ana']];

test('two engineers handle an incident of the trading system: all eight steps, and what arrived elsewhere', {
  timeout: 480_000,
}, async () => {
  for (const pty of [ana, ben]) await sees(pty, /Customers report rejected orders/);
  // The record has the signals of its declaration: every source has been read, and the signal of the page is critical.
  // Its 5 s count from the first reading of a cockpit; the level is judged at the next one, 15 s later.
  for (const pty of [ana, ben]) {
    await command(pty, 'matrix');
    await sees(pty, /✗ Unacknowledged incidents \(PagerDuty\) ✗ CRIT 1 /, 60_000);
    await seesNot(pty, /\d+ unknown/);
    await armTeam(pty, 'Orders are rejected');
  }
  ana.press('!');
  await answer(ana, /[═─] DECLARE INCIDENT/, 'Orders time out');
  for (const pty of [ana, ben]) {
    await sees(pty, /INC-1 P\d/);
    await command(pty, 'incident');
    await sees(pty, /Orders time out .*INVESTIGATING/);
  }

  // 1. Ben acknowledges, here and in PagerDuty.
  ben.press('a');
  await sees(ben, /PagerDuty incident/);
  ben.press('\r');
  await confirmReport(ben, 'Acknowledge in PagerDuty');
  await sees(ana, /linked pagerduty #\d+/);

  // 2. The suggested severity is set; Ben assesses the impact.
  ben.press('S');
  await sees(ben, /[╔╭][═─] SEVERITY.*P\d \w+ the present severity/);
  ben.press(escapeKey);
  await seesNot(ben, /[╔╭][═─] (?:. )?[A-Z]{3}/);
  await choose(ben, fields, 1, 'Impact');
  await answer(ben, /[╔╭][═─] IMPACT/, 'orders of all users');
  await sees(ana, /impact orders of all users/);

  // 3. Ana communicates, and hands over command.
  ana.press('i');
  await answer(ana, /[╔╭][═─] UPDATE/, 'Requests wait for the database');
  await confirmReport(ana, posting);
  await sees(ben, /slack \d+\.\d+/);
  ana.press('c');
  await answer(ana, /INCIDENT COMMANDER/, 'ben');
  await sees(ben, /commander ben/);

  // 4. and 5. Ben diagnoses by the suggested runbook and ends the statements; Ana sees his run.
  await system.inject('pool-exhaustion');
  const runbook = 'Connection pool exhausted: end long-running queries';
  await preview(ben, 'pool-exhausted', /▸ ● pool-exhausted .*matches/);
  await sees(ben, /Sessions with a statement/);
  ben.press('a');
  await sees(ben, /◆ \d+/);
  ben.press('\r');
  await sees(ben, new RegExp(`Confirm in PRODUCTION .*${runbook}`));
  await readCard();
  ben.press('\r');
  await command(ana, 'runs');
  await sees(ana, /RUNNING .*Connection pool exhausted.* ben@ben-desk/);

  // 6. Its verification, and that of the findings around it.
  await sees(ben, new RegExp(`[╔╭][═─] . (?:RECOVERED|STEP VERIFIED, [A-Z ]+) .*${runbook}`), 120_000);
  await sees(ben, /● incident all clear/, 120_000);
  ben.press(escapeKey);
  await seesNot(ben, /[╔╭][═─] (?:. )?[A-Z]{3}/);
  await command(ana, 'incident');
  await sees(ana, /run Connection pool exhausted/);
  await setStatus(ben, 'Blocked sessions held the pool', 'IDENTIFIED');
  await setStatus(ana, 'Sessions are terminated', 'MONITORING');
  await setStatus(ben, 'All checks hold', 'RESOLVED');
  await choose(ana, reports, 2, 'Resolve in PagerDuty');
  await confirmReport(ana, 'Resolve in PagerDuty');
  await choose(ana, reports, 3, 'File an issue');
  await confirmReport(ana, 'File an issue for the incident');

  // 7. Ben documents. 8. The post-mortem is due, until Ana has finished it.
  for (const pty of [ana, ben]) await sees(pty, /Post-mortem: due in (?:2d|1d23h)/);
  await sees(ben, /github issue filed/);
  await choose(ben, documents, 2, 'Post-mortem');
  await sees(ben, /saved: \S*INC-1-post-mortem/);
  await choose(ana, documents, 4, 'Post-mortem is finished');
  await answer(ana, /[╔╭][═─] POST-MORTEM/, 'wiki/INC-1');
  await sees(ben, /Post-mortem: wiki\/INC-1/);
  await choose(ben, documents, 3, 'Record');
  await sees(ben, /saved: \S*INC-1\S*\.json/);

  const report = (await savedBy('ben', '.md')).replaceAll('\\', '');
  expect(report).toContain('# Post-mortem of INC-1: Orders time out');
  expect(report).toContain('| Environment | trading/production |');
  expect(report).toMatch(/^Draft\. Due: \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/m);
  expect(report).toMatch(/\| Severity \| P\d: alert Customers report rejected orders/);
  for (const [step, lines] of Object.entries(steps))
    for (const [what, who] of lines)
      expect(report, step).toMatch(
        new RegExp(`^- \\d\\d:\\d\\d:\\d\\d ${what}.* \\(${who}@${who}-desk\\)$`, 'm'),
      );
  expect(report).toMatch(
    /^- \d\d:\d\d:\d\d signals (?!.*unknown)\d+ critical.*\n(?: {2}- critical .*\n)* {2}- critical Unacknowledged incidents \(PagerDuty\): 1$/m,
  );
  // A line says what was done to what, and with which result; every request is in the ledger.
  const taken = report.slice(report.indexOf('## Actions taken'), report.indexOf('## Action items'));
  expect(taken).toMatch(
    /^- \d\d:\d\d:\d\d Connection pool exhausted: .* · Cancel the statements, then terminate the sessions \(trademaster_trading\): (\d) of \1 calls succeeded \(ben@ben-desk\)$/m,
  );
  expect(taken).not.toContain('SELECT');
  const [, run = ''] = /^ {4}opsdeck audit show --env trading\/production --run (\S+)$/m.exec(taken) ?? [];
  const shown = await machines.ana.run(
    ['audit', 'show', '--env', environment, '--run', run],
    personEnv('ana'),
  );
  expect(shown.stdout).toMatch(/SELECT pg_cancel_backend.* → signalled/);

  const record = JSON.parse(await savedBy('ben', '.json'));
  expect(record).toMatchObject({
    ...{ id: 'INC-1', status: 'resolved', drill: false, commander: 'ben' },
    ...{ impact: 'orders of all users', postMortemDueAt: expect.any(String) },
    updates: Array.from({ length: 4 }, () => ({ posting: 'sent' })),
  });
  const instants = z.array(
    z.object({ at: z.iso.datetime(), who: z.string(), word: z.string(), text: z.string() }),
  );
  const timeline = instants.parse(record.timeline);
  const times = timeline.map(({ at }) => at);
  expect(times).toEqual(times.toSorted());
  for (const [step, lines] of Object.entries({ ...steps, '8 post-mortem': finished }))
    for (const [what, who] of lines)
      expect(
        timeline.some(
          (line) =>
            new RegExp(`^${what}`).test(`${line.word} ${line.text}`) && line.who === `${who}@${who}-desk`,
        ),
        `${step}: ${what} by ${who}`,
      ).toBe(true);

  // What arrived in PagerDuty: one incident, acknowledged and resolved once.
  const pages = await system.received('pagerduty');
  expect(pages.map(({ line, body }) => [line, JSON.parse(body ?? '').incident.status])).toEqual([
    [expect.stringMatching(/^PUT \/incidents\/\w+$/), 'acknowledged'],
    [pages[0]?.line, 'resolved'],
  ]);
  expect(await system.read('pagerduty', '/incidents')).toMatchObject({
    incidents: [{ title: 'Customers report rejected orders', status: 'resolved' }],
  });
  // In Slack: one thread, with the commander of its time.
  const messages = (await system.received('slack')).map(({ body }) => JSON.parse(body ?? ''));
  expect(messages.map(({ text }) => text)).toEqual([
    expect.stringMatching(/INC-1[\s\S]*orders of all users[\s\S]*Requests wait[\s\S]*ana@ana-desk/),
    expect.stringMatching(/IDENTIFIED[\s\S]*Blocked sessions held the pool[\s\S]*commander\*: ben/),
    expect.stringMatching(/MONITORING[\s\S]*Sessions are terminated/),
    expect.stringMatching(/RESOLVED[\s\S]*All checks hold/),
  ]);
  expect(await system.read('slack', '/conversations.history?channel=C0TRADING')).toMatchObject({
    messages: [{ reply_count: 3 }],
  });
  expect(await system.received('github')).toHaveLength(1);
  expect((await system.received('postgres')).map(({ line }) => line)).toContainEqual(
    expect.stringMatching(/pg_(?:cancel|terminate)_backend/),
  );

  // The state database names who sent what, by account and database user.
  const sent = await asSuperuser(
    "SELECT concat_ws(' ', line::json->>'who', written_by, line::json->'entry'->>'title') FROM opsdeck.ledger WHERE line::json->'entry'->>'event' = 'acting' ORDER BY seq",
  );
  expect([...new Set(sent)]).toEqual([
    expect.stringMatching(/^ben opsdeck_ben Acknowledge incident/),
    'ana opsdeck_ana Post the update of INC-1',
    'ben opsdeck_ben Cancel the statements, then terminate the sessions',
    'ben opsdeck_ben Post the update of INC-1',
    expect.stringMatching(/^ana opsdeck_ana Resolve incident/),
    'ana opsdeck_ana File an issue for INC-1',
  ]);
  const verified = await machines.ana.run(['audit', 'verify', '--env', environment], personEnv('ana'));
  expect(verified.code).toBe(0);
});
