import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPtyTerminal, type PtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { launcher } from './pty.ts';

interface Cockpit extends AsyncDisposable {
  readonly pty: PtyTerminal;
  /** Waits until the screen shows it. */
  sees(text: RegExp): Promise<void>;
  /** Presses keys one by one, as fingers do: each is drawn before the next. */
  keys(...keys: readonly string[]): Promise<void>;
  ledger(): Promise<string>;
}

const enter = '\r';
const esc = '\x1b';

/** The real program in a terminal, in an embedded world where an incident goes on. */
const openCockpit = async (env: string): Promise<Cockpit> => {
  const state = await mkdtemp(join(tmpdir(), 'opsdeck-incident-'));
  const pty = openPtyTerminal(
    [process.execPath, launcher, '--env', env, '--rehearse', 'dependency-down', '--state-dir', state],
    { columns: 120, rows: 36, env: { XDG_CONFIG_HOME: state, XDG_CACHE_HOME: state } },
  );
  const sees: Cockpit['sees'] = (text) =>
    pty.until((screen) => text.test(screen.join('\n')), `waiting for ${String(text)}`, 60_000);
  return {
    pty,
    sees,
    keys: async (...keys) => {
      for (const key of keys) {
        const before = pty.screen().join('\n');
        pty.press(key);
        await pty.until((screen) => screen.join('\n') !== before, `an answer to ${JSON.stringify(key)}`);
      }
    },
    ledger: () => readFile(join(state, 'audit.jsonl'), 'utf8'),
    [Symbol.asyncDispose]: async () => {
      await pty[Symbol.asyncDispose]();
      await rm(state, { recursive: true, force: true });
    },
  };
};

/** Opens the list of runbooks and moves down to one. */
const chooseRunbook = async (cockpit: Cockpit, id: string): Promise<void> => {
  await cockpit.keys('R');
  await cockpit.sees(/RUNBOOKS/);
  for (let tries = 0; tries < 9; tries++) {
    if (cockpit.pty.screen().some((line) => new RegExp(`▸ . ${id} `).test(line))) break;
    await cockpit.keys('j');
  }
  await cockpit.keys(enter);
};

const arm = async (cockpit: Cockpit, reason: string): Promise<void> => {
  await cockpit.keys('A', ...reason, enter);
  await cockpit.sees(/ARMED \d+:\d\d: /);
};

test('S0-I3, circuit breakers open: from the symptom to recovered, by keys, in the right order', {
  timeout: 120_000,
}, async () => {
  await using cockpit = await openCockpit('event-bus/production');
  await cockpit.sees(/✗ OPEN +pod-0 +database/);
  await cockpit.sees(/READ-ONLY/);
  await arm(cockpit, 'INC-7');

  await chooseRunbook(cockpit, 'restore-database');
  await cockpit.sees(/CONFIRM IN PRODUCTION/);
  await cockpit.keys(enter);
  await cockpit.sees(/SENDING IN \ds/);
  await cockpit.sees(/● RECOVERED/);
  await cockpit.keys(esc);
  // The dependency is back; the breakers stay open until somebody closes them.
  await cockpit.sees(/✗ OPEN +pod-0 +database/);

  await chooseRunbook(cockpit, 'breakers-open');
  await cockpit.sees(/▸ +database/);
  await cockpit.keys(enter);
  await cockpit.sees(/CONFIRM IN PRODUCTION/);
  await cockpit.keys(enter);
  for (const step of [/▸ +Name the dependency/, /▸ +Read the error/, /▸ +Fix the cause/]) {
    await cockpit.sees(step);
    await cockpit.keys(enter);
  }
  await cockpit.sees(/● RECOVERED/);
  const ledger = await cockpit.ledger();
  expect(ledger.match(/"ending":"recovered"/g)).toHaveLength(2);
  expect(ledger).toMatch(/"armed":"INC-7"/);
});

test('a breaker closed before its dependency is back: executed, not recovered', {
  timeout: 120_000,
}, async () => {
  await using cockpit = await openCockpit('demo/production');
  await cockpit.sees(/✗ OPEN +bus-0/);
  await arm(cockpit, 'drill');
  await chooseRunbook(cockpit, 'close-breaker');
  await cockpit.sees(/▸ +broker/);
  await cockpit.keys(enter);
  await cockpit.sees(/CONFIRM IN PRODUCTION/);
  await cockpit.keys(enter);
  await cockpit.sees(/EXECUTED but NOT RECOVERED/);
  expect(await cockpit.ledger()).toMatch(/"ending":"executed-not-recovered"/);
});

test('wrong ways are refused: read-only sends nothing, and any key in the window takes it back', {
  timeout: 120_000,
}, async () => {
  await using cockpit = await openCockpit('demo/production');
  await cockpit.sees(/✗ OPEN +bus-0/);
  await chooseRunbook(cockpit, 'restore-broker');
  await cockpit.sees(/CONFIRM IN PRODUCTION/);
  await cockpit.sees(/read-only: A arms it/);
  cockpit.pty.press(enter);
  await arm(cockpit, 'drill');
  await cockpit.sees(/CONFIRM IN PRODUCTION/);
  await cockpit.keys(enter);
  await cockpit.sees(/SENDING IN \ds/);
  await cockpit.keys('x');
  await cockpit.sees(/CANCELLED/);
  const ledger = await cockpit.ledger();
  expect(ledger).toMatch(/"ending":"cancelled"/);
  expect(ledger).not.toMatch(/"event":"acting"/);
});
