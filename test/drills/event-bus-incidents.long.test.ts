import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { type Drill, openDrill } from '../simulation/drill.ts';
import { ask } from '../simulator/ask.ts';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  confirm,
  confirmUndo,
  enter,
  esc,
  takeChoice,
  tick,
  verified,
} from '../support/cockpit-verbs.ts';
import { incidentDrill } from './incident-drill.ts';

const down = '\x1b[B';

/** The header when no signal is past its thresholds. */
const allWell = /▌ ● All clear – \d+ rows OK/;

const open = (incident: string): Promise<Cockpit> => openCockpit('event-bus/production', incident);

const downForGood = /✗ CrashLoopBackO\S* +▸ event-bus-\S*\w{5} /;
const culprit = /▲ blocks 60 +▸ \d+ +outbox-repair +idle in tr/;

/** Chooses an action for the blocking session: terminate it or cancel its statement. */
const actOnCulprit = async (cockpit: Cockpit, what: RegExp, ...keys: readonly string[]): Promise<void> => {
  // An open list keeps its selection: the runbook is first in one that opens after it matches.
  await cockpit.keys('R');
  await cockpit.sees(/● database-connectivity .* matches/);
  await cockpit.keys(esc, 'D');
  await cockpit.sees(/▌D DB sessions/);
  await cockpit.keys('x');
  await cockpit.sees(
    /Actions +\d+ outbox-repair[^\n]*\n[^\n]*›[^\n]*\n[^\n]*▸● Database connectivity: terminate sessions: \d+[^\n]*\n[^\n]* Terminate session: \d+/,
  );
  await cockpit.keys(...keys);
  await cockpit.sees(what);
  await cockpit.keys(enter);
};

incidentDrill('S0-I1', 'recovers', "service won't start: the change is rolled back", async () => {
  await using cockpit = await open('wont-start');
  await cockpit.sees(downForGood);
  await arm(cockpit, 'INC-21');
  await cockpit.keys('R');
  await cockpit.sees(/● wont-start .* matches +DISRUPTIVE/);
  await cockpit.keys(esc);
  await chooseRunbook(cockpit, 'wont-start');
  await cockpit.sees(/Caused by: java\.net\.BindException: Address already in use/);
  await cockpit.sees(/Roll deployment\/event-bus-service back to revision 2/);
  await confirm(cockpit);
  await tick(cockpit, /▸ +Identify the cause/);
  await cockpit.sees(verified);
  await cockpit.sees(allWell);
  expect(await cockpit.ended()).toEqual([
    {
      ending: 'recovered',
      why: 'All pods are replaced; All pods are ready; All pods are healthy; Ingress is healthy',
    },
  ]);
});

incidentDrill(
  'S0-I1',
  'wrong path',
  'a restart keeps the broken template: executed, not recovered',
  async () => {
    await using cockpit = await open('wont-start');
    await cockpit.sees(downForGood);
    await arm(cockpit, 'drill');
    await chooseRunbook(cockpit, 'restart-pods');
    await confirm(cockpit);
    await cockpit.sees(/EXECUTED, NOT RECOVERED/);
    expect(await cockpit.ended()).toEqual([
      { ending: 'executed-not-recovered', why: expect.stringMatching(/All pods are ready: not met/) },
    ]);
  },
);

test('S0-I1, the database login is refused: the user is corrected', async () => {
  await using cockpit = await open('bad-credential');
  await cockpit.sees(downForGood);
  await arm(cockpit, 'INC-22');
  await chooseRunbook(cockpit, 'database-user');
  await cockpit.sees(/PSQLException: FATAL/);
  await cockpit.sees(/to SPRING_DATASOURCE_USERNAME=eventbus_usr/);
  await confirm(cockpit);
  await cockpit.sees(verified);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
});

incidentDrill('S0-I2', 'recovers', 'high memory: scaling out recovers it, and undo scales back', async () => {
  await using cockpit = await open('high-memory');
  await cockpit.sees(/✗ Heap/);
  await arm(cockpit, 'INC-23');
  await chooseRunbook(cockpit, 'high-memory');
  await cockpit.sees(/[║│] +Replicas/);
  await cockpit.keys('5', enter);
  await cockpit.sees(/replicas: 3 → 5/);
  // The output of the checks is one key away.
  await cockpit.sees(/tab \d+ checks · full calls/);
  await cockpit.keys('\t');
  await cockpit.sees(/more lines: \d+ below · up\/down scroll/);
  await cockpit.keys('\t');
  await confirm(cockpit);
  await tick(cockpit, /▸ +Look for memory-intensive operations/);
  await cockpit.sees(verified);
  await cockpit.sees(allWell);
  await cockpit.keys('u');
  await cockpit.sees(/replicas: 5 → 3/);
  await confirmUndo(cockpit);
  // The undo is verified, and the heaps fill up again.
  await cockpit.sees(/● (RECOVERED|STEP VERIFIED, INCIDENT \w+)[\s\S]*Undo: High memory usage/);
  await cockpit.sees(/▌ ✗ Heap/);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }, { ending: 'recovered' }]);
});

incidentDrill(
  'S0-I2',
  'wrong path',
  'garbage collection helps only briefly: executed, not recovered',
  async () => {
    await using cockpit = await open('high-memory');
    await cockpit.sees(/✗ Heap/);
    await arm(cockpit, 'drill');
    await chooseRunbook(cockpit, 'collect-garbage');
    await cockpit.sees(/[║│] +Pods/);
    await cockpit.keys('a', enter);
    await confirm(cockpit);
    await cockpit.sees(/EXECUTED, NOT RECOVERED/);
    expect(await cockpit.ledger()).toContain('Command executed successfully');
    expect(await cockpit.ended()).toEqual([
      { ending: 'executed-not-recovered', why: expect.stringMatching(/^Heap usage at most 80 %: not met/) },
    ]);
  },
);

incidentDrill('S0-I5', 'recovers', 'database connectivity: the blocking session is terminated', async () => {
  await using cockpit = await open('database-blocked');
  await cockpit.sees(culprit);
  await cockpit.sees(/✗ \S+ +━{7,} +20\/20/);
  await arm(cockpit, 'INC-24');
  await actOnCulprit(cockpit, /▸● Database connectivity: terminate sessions: \d+/);
  await cockpit.sees(/idle in transaction since +pid \d+ \(outbox-repair\)/);
  await confirm(cockpit);
  await cockpit.sees(verified);
  await cockpit.keys(esc);
  // Statements run again; the circuit breaker stays open until it is reset.
  await cockpit.sees(/✗ (?:OPEN .*database|database.* OPEN)/);
  await chooseRunbook(cockpit, 'breakers-open');
  await confirm(cockpit);
  for (const step of [/▸ +Identify the failing dependency/, /▸ +Review error and/, /▸ +Fix the cause/])
    await tick(cockpit, step);
  await cockpit.sees(verified);
  await cockpit.sees(allWell);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }, { ending: 'recovered' }]);
});

test('S0-I5, a session idle in transaction has no statement to cancel: refused', async () => {
  await using cockpit = await open('database-blocked');
  await cockpit.sees(culprit);
  await arm(cockpit, 'drill');
  await actOnCulprit(cockpit, /▸[● ]+Database connectivity: cancel statements/, down, down, down);
  await cockpit.sees(/runs no statement \(state: idle in transaction\)/);
  await cockpit.sees(culprit);
  expect(await cockpit.ledger().catch(() => 'nothing was written')).not.toContain('"event":"acting"');
});

incidentDrill(
  'S0-I3',
  'wrong path',
  'a reset while the database is down: executed, not recovered',
  async () => {
    await using cockpit = await open('dependency-down');
    await cockpit.sees(/✗ (?:OPEN .*database|database.* OPEN)/);
    await arm(cockpit, 'drill');
    // The cause is not fixed, so the reset is not sent.
    await chooseRunbook(cockpit, 'breakers-open');
    // One instance is not read while the database is down: the breaker may not be the only one.
    await takeChoice(cockpit, 'database');
    await confirm(cockpit);
    for (const step of [/▸ +Identify the failing dependency/, /▸ +Review error and/, /▸ +Fix the cause/])
      await tick(cockpit, step);
    await cockpit.sees(/NOT APPLICABLE/);
    expect(await cockpit.ledger()).not.toContain('"event":"acting"');
    await cockpit.keys(esc);
    await chooseRunbook(cockpit, 'breaker-anyway');
    await takeBreaker(cockpit);
    await cockpit.sees(/[║│] +Reason for the early reset/);
    await cockpit.keys(...'orders wait', enter);
    await cockpit.sees(/Confirm in PRODUCTION/);
    await cockpit.keys(...'database', enter);
    await cockpit.sees(/EXECUTED, NOT RECOVERED/);
    expect((await cockpit.ended()).map(({ ending }) => ending)).toEqual([
      'not-applicable',
      'executed-not-recovered',
    ]);
  },
);

/** Returns the changes sent while a run is refused for each reason; `drift` acts as another user during the cancel window. */
const refusesAll = async (
  incident: string,
  {
    shows,
    card,
    yes = confirm,
    byHand = async () => {},
    drift,
  }: {
    readonly shows: RegExp;
    card(cockpit: Cockpit): Promise<void>;
    yes?(cockpit: Cockpit): Promise<void>;
    /** Ticks the manual steps, which come before the cancel window. */
    byHand?(cockpit: Cockpit): Promise<void>;
    drift(it: Drill): Promise<unknown>;
  },
): Promise<readonly string[]> => {
  await using it = await openDrill('event-bus/production', incident);
  const { cockpit } = it;
  await cockpit.sees(shows);
  await card(cockpit);
  await cockpit.sees(/read-only: press A to arm/);
  await cockpit.keys(enter);
  await arm(cockpit, 'drill');
  await yes(cockpit);
  await byHand(cockpit);
  await cockpit.sees(/Sending in \d s/);
  await cockpit.keys('x');
  await cockpit.sees(/CANCELED/);
  await cockpit.keys(esc);
  const before = it.newChanges();
  await card(cockpit);
  await yes(cockpit);
  await byHand(cockpit);
  await cockpit.sees(/Sending in \d s/);
  await drift(it);
  it.newChanges();
  await cockpit.sees(/FORBIDDEN/);
  return [...before, ...it.newChanges()];
};

/** The breaker is asked for while an instance is not read: it may not be the only one. */
const takeBreaker = async (cockpit: Cockpit): Promise<void> => {
  await cockpit.sees(/[║│] +(?:Circuit breaker|Reason for the early reset)/);
  if (/[║│] +Circuit breaker:/.test(cockpit.pty.screen().join('\n'))) await takeChoice(cockpit, 'database');
};

test('S0-I2, refused: read-only, canceled, or scaled by another user meanwhile', async () => {
  const changes = await refusesAll('high-memory', {
    shows: /✗ Heap/,
    card: async (cockpit) => {
      await chooseRunbook(cockpit, 'high-memory');
      await cockpit.sees(/[║│] +Replicas/);
      cockpit.pty.press('\x7f');
      await cockpit.keys('5', enter);
      await cockpit.sees(/replicas: 3 → 5/);
    },
    drift: ({ at }) => ask(`${at('deploy')}/services/event-bus-service/scale`, 'POST', { replicas: 4 }),
    byHand: (cockpit) => tick(cockpit, /▸ +Look for memory-intensive operations/),
  });
  expect(changes).toEqual([]);
});

test('S0-I3, refused: read-only, canceled, or forced open by another user meanwhile', async () => {
  const changes = await refusesAll('dependency-down', {
    shows: /✗ (?:OPEN .*database|database.* OPEN)/,
    card: async (cockpit) => {
      await chooseRunbook(cockpit, 'breaker-anyway');
      await takeBreaker(cockpit);
      await cockpit.sees(/[║│] +Reason for the early reset/);
      await cockpit.keys(...'orders wait', enter);
      await cockpit.sees(/Confirm in PRODUCTION/);
    },
    yes: async (cockpit) => {
      await cockpit.sees(/Confirm in PRODUCTION/);
      await cockpit.keys('\x1b[200~database\x1b[201~');
      await cockpit.sees(/paste is disabled here: type the name/);
      await cockpit.reads();
      await cockpit.keys(...'database');
      await cockpit.reads();
      await cockpit.keys(enter);
    },
    drift: ({ at }) =>
      ask(`${at('event-bus-service-1')}/circuitbreakers/database`, 'POST', { updateState: 'FORCE_OPEN' }),
  });
  expect(changes).toEqual([]);
});

/** Selects the blocking session. */
const endCulprit = async (cockpit: Cockpit): Promise<void> => {
  await chooseRunbook(cockpit, 'database-connectivity');
  await cockpit.sees(/pids \d{4} \(only choice\)/);
};

incidentDrill('S0-I5', 'wrong path', 'the job blocks again: executed, not recovered', async () => {
  await using cockpit = await open('database-blocked-again');
  await cockpit.sees(culprit);
  await cockpit.keys('R');
  await cockpit.sees(/● database-connectivity .* matches +DISRUPTIVE/);
  await cockpit.keys(esc);
  await arm(cockpit, 'drill');
  await endCulprit(cockpit);
  await confirm(cockpit);
  await cockpit.sees(/EXECUTED, NOT RECOVERED/);
  expect(await cockpit.ended()).toEqual([
    {
      ending: 'executed-not-recovered',
      why: expect.stringMatching(/^No thread is waiting for a connection: not met/),
    },
  ]);
});

test('S0-I5, refused: read-only, canceled, or terminated by another user meanwhile', async () => {
  const changes = await refusesAll('database-blocked', {
    shows: culprit,
    card: async (cockpit) => {
      await endCulprit(cockpit);
      await cockpit.sees(/Confirm in PRODUCTION/);
    },
    drift: async ({ simulator }) => simulator.rehearse(undefined),
  });
  expect(changes).toEqual([]);
});
