import { expect } from 'vitest';
import { expectedSuggestions } from '../suggestions/expected.ts';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  enter,
  esc,
  listedRunbooks,
  takeChoice,
} from '../support/cockpit-verbs.ts';
import type { DrillPath } from './incident-drill.ts';

/** A path through an incident: its symptom, a runbook, its parameters by keys, and how the run ends. */
export interface IncidentPath {
  /** Id of the incident in the requirements. */
  readonly id: string;
  readonly path: DrillPath;
  readonly env: string;
  /** Scenario of the simulator. */
  readonly incident: string;
  readonly symptom: RegExp;
  readonly runbook: string;
  /** Answers the questions of the runbook, before its preview. */
  readonly answers?: readonly ((cockpit: Cockpit) => Promise<void>)[];
  /** The diagnosis in the preview. */
  readonly found?: RegExp;
  /** The manual step or question that is answered with 'n', which ends the run. */
  readonly stopsAt?: RegExp;
  /** The label of the run in the end. */
  readonly ends: RegExp;
}

/** Selects a choice of the question. */
const choose = (question: string, expected: string) => async (cockpit: Cockpit) => {
  await cockpit.sees(new RegExp(`[║│] +${question}|only choice`));
  await takeChoice(cockpit, expected);
};

/** Enters a value. */
const give = (question: string, value: string) => async (cockpit: Cockpit) => {
  await cockpit.sees(new RegExp(`[║│] +${question}`));
  await cockpit.keys(...value, enter);
};

/** Changes the parameter that the preview shows with its default. */
const change = (question: string, value: string) => async (cockpit: Cockpit) => {
  // The words of the key may stand in the next row.
  await cockpit.sees(/ p(?: changes| +[║│])/);
  await cockpit.keys('p');
  // Empties the field first.
  await give(question, `\x15${value}`)(cockpit);
};

/** Marks choices, by their place in the list, in the order of the marks. */
const mark =
  (question: string, ...places: readonly number[]) =>
  async (cockpit: Cockpit) => {
    await cockpit.sees(new RegExp(`[║│] +${question}`));
    let index = 0;
    for (const place of places) {
      for (; index < place; index += 1) await cockpit.keys('j');
      for (; index > place; index -= 1) await cockpit.keys('k');
      await cockpit.keys(' ');
    }
    await cockpit.keys(enter);
  };

const recovered = /● RECOVERED|STEP VERIFIED, INCIDENT/;
const notRecovered = /EXECUTED, NOT RECOVERED/;
const notApplicable = /NOT APPLICABLE/;

const trading = 'trading/production';
const events = 'event-processing/production';
const mesh = 'eventmesh/production';
const checkout = 'eventmesh/dev';

const brokerKeys = { env: trading, runbook: 'order-failures' };
const slowQueries = {
  env: trading,
  incident: 'slow-queries',
  symptom: /▲ (?:FIRING +)?SlowDatabaseQueries/,
  runbook: 'slow-queries',
  found: /Sequential|seq|Seq|SELECT \* FROM orders/,
};
const lag = {
  env: events,
  incident: 'consumer-lag',
  symptom: /✗ (?:Consumer(?: lag: |…)event consumers|Consumer lag:…)/,
  runbook: 'consumer-lag',
};
const breaker = {
  env: events,
  incident: 'breaker-open',
  symptom: /✗ (?:OPEN .*8082|.*8082.* OPEN)/,
  runbook: 'breaker-open',
};
const slowMongo = {
  env: events,
  incident: 'mongodb-slow',
  symptom: /✗ (?:Last slow operation|MongoDB read latency)/,
  runbook: 'mongodb-index',
};
const stuck = {
  env: events,
  incident: 'events-stuck',
  symptom: /event-consumer-group has stopped processing/,
};
const denied = {
  env: mesh,
  incident: 'deploy-denied',
  symptom: /deployment to production has failed/,
};
const slowHost = {
  env: mesh,
  incident: 'slow-host',
  symptom: /✗ API response time/,
  runbook: 'slow',
  answers: [choose('Host\\W', 'vm-1')],
};

/** The paths that no drill with assertions of its own takes. */
export const incidentPaths: readonly IncidentPath[] = [
  {
    id: 'S1-I7',
    path: 'recovers',
    ...brokerKeys,
    incident: 'breaker-left-open',
    symptom: /✗ (?:FIRING +)?OrderPlacementFailures/,
    found: /circuit_open/,
    ends: recovered,
  },
  // The broker is still down: its circuit breaker is not closed.
  {
    id: 'S1-I7',
    path: 'wrong path',
    ...brokerKeys,
    incident: 'dependency-down',
    symptom: /✗ (?:FIRING +)?OrderPlacementFailures/,
    ends: notApplicable,
  },
  { id: 'S1-I8', path: 'recovers', ...slowQueries, ends: recovered },
  // The index begins with another column: the query still reads the whole table.
  {
    id: 'S1-I8',
    path: 'wrong path',
    ...slowQueries,
    answers: [change('Index, as NAME', 'idx_orders_created_at ON orders (created_at DESC)')],
    ends: notRecovered,
  },
  { id: 'S2-I1', path: 'recovers', ...lag, answers: [give('Members', '6')], ends: recovered },
  // More members than partitions.
  { id: 'S2-I1', path: 'wrong path', ...lag, answers: [give('Members', '7')], ends: notApplicable },
  {
    id: 'S2-I2',
    path: 'recovers',
    ...breaker,
    answers: [choose('Failing service', 'service-8084')],
    ends: recovered,
  },
  // The failed calls go to another service: the circuit breaker opens again.
  {
    id: 'S2-I2',
    path: 'wrong path',
    ...breaker,
    answers: [choose('Failing service', 'service-8083')],
    ends: notRecovered,
  },
  {
    id: 'S2-I3',
    path: 'recovers',
    ...slowMongo,
    answers: [mark('Fields of the index', 0, 1)],
    found: /COLLSCAN/,
    ends: recovered,
  },
  // An index that no slow operation uses.
  {
    id: 'S2-I3',
    path: 'wrong path',
    ...slowMongo,
    answers: [mark('Fields of the index', 3, 2)],
    ends: notRecovered,
  },
  // The setup script needs LocalStack.
  {
    id: 'S2-I4',
    path: 'wrong path',
    env: events,
    incident: 'localstack-unavailable',
    symptom: /✗ (?:CRIT +)?localstack/,
    runbook: 'localstack-setup',
    ends: notApplicable,
  },
  {
    id: 'S2-I5',
    path: 'recovers',
    ...stuck,
    runbook: 'events-stuck',
    ends: recovered,
  },
  // Without the reset, the events stay in PROCESSING.
  {
    id: 'S2-I5',
    path: 'wrong path',
    ...stuck,
    runbook: 'service-restart',
    answers: [choose('Compose service', 'service-8082')],
    ends: notRecovered,
  },
  {
    id: 'S4-I1',
    path: 'recovers',
    env: checkout,
    incident: 'stale-cache',
    symptom: /✗ Last build/,
    runbook: 'build-clean',
    ends: recovered,
  },
  // Compiled with the artifacts of the other compiler, nothing builds.
  {
    id: 'S4-I1',
    path: 'wrong path',
    env: checkout,
    incident: 'stale-cache',
    symptom: /✗ Last build/,
    runbook: 'build-failure',
    ends: /✗ FAILED/,
  },
  {
    id: 'S4-I2',
    path: 'wrong path',
    env: checkout,
    incident: 'tests-broken', // words: quoted: an id
    symptom: /✗ Failed tests/,
    runbook: 'test-failure',
    ends: /✗ FAILED/,
  },
  {
    id: 'S4-I3',
    path: 'recovers',
    ...denied,
    runbook: 'deployment-failed',
    answers: [choose('Host\\W', 'vm-1')],
    ends: recovered,
  },
  // The service is healthy: a restart of it repairs no directory, and proves nothing about the deployment.
  {
    id: 'S4-I3',
    path: 'wrong path',
    ...denied,
    runbook: 'restart',
    answers: [choose('Host\\W', 'vm-1')],
    ends: /EXECUTED, SYMPTOM NOT PROVED[\s\S]* n +deployment-failed/,
  },
  { id: 'S4-I5', path: 'recovers', ...slowHost, ends: recovered },
  // Profiled, but not restarted.
  { id: 'S4-I5', path: 'wrong path', ...slowHost, stopsAt: /enter continue/, ends: /STOPPED AFTER SENDING/ },
];

/** Confirms the preview, with the names of the targets where it asks for them. */
const confirmPreview = async (cockpit: Cockpit): Promise<void> => {
  await cockpit.sees(/enter confirm|type +\S+ +to confirm/);
  const [, name] = /type +(\S+) +to confirm/.exec(cockpit.pty.screen().join('\n')) ?? [];
  await cockpit.reads();
  await cockpit.keys(...(name ?? ''), enter);
};

/** Waits until the runbook matches, and expects one of the right runbooks at the top of a list that is opened then. */
const expectSuggested = async (cockpit: Cockpit, { env, incident, runbook }: IncidentPath): Promise<void> => {
  const matches = new RegExp(`● ${runbook} .* matches`);
  const right = expectedSuggestions[env.split('/')[0] ?? '']?.[incident]?.right;
  for (let first: string | undefined; ; ) {
    await cockpit.keys('R');
    await cockpit.pty.until((screen) => listedRunbooks(screen).ids.length > 0, 'the list of runbooks');
    const screen = cockpit.pty.screen();
    [first] = listedRunbooks(screen).ids;
    await cockpit.keys(esc);
    if (!matches.test(screen.join('\n'))) {
      // An open list keeps its order: the next one has the new suggestions first.
      await cockpit.reads();
      continue;
    }
    expect(right).toContain(first);
    return;
  }
};

/** Takes a path, from the symptom to the end of the run. */
export const takePath = async (cockpit: Cockpit, path: IncidentPath): Promise<void> => {
  await cockpit.sees(path.symptom);
  if (cockpit.pty.screen().join('\n').includes('read-only')) await arm(cockpit, 'INC-28');
  if (path.path === 'recovers') await expectSuggested(cockpit, path);
  await chooseRunbook(cockpit, path.runbook);
  for (const answer of path.answers ?? []) await answer(cockpit);
  if (path.found !== undefined) await cockpit.sees(path.found);
  await confirmPreview(cockpit);
  const isOver = () => path.ends.test(cockpit.pty.screen().join('\n'));
  const asks = /enter done|enter continue/;
  for (;;) {
    await cockpit.pty.until(
      (screen) => path.ends.test(screen.join('\n')) || asks.test(screen.join('\n')),
      `a question or ${path.ends}`,
      300_000,
    );
    if (isOver()) return;
    const stops = path.stopsAt?.test(cockpit.pty.screen().join('\n')) === true;
    await cockpit.reads();
    if (asks.test(cockpit.pty.screen().join('\n'))) await cockpit.keys(stops ? 'n' : enter);
  }
};
