import { expect, test } from 'vitest';
import { type Drill, openDrill } from '../simulation/drill.ts';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  confirm,
  enter,
  esc,
  takeChoice,
  tick,
  verified,
} from '../support/cockpit-verbs.ts';
import { incidentDrill } from './incident-drill.ts';

/** The header when no signal is past its thresholds. */
const allWell = /▌ ● All clear – \d+ rows OK/;
const backspace = '\x7f';
const pastedEnter = '\x1b[200~\r\x1b[201~';

/** One of the three incidents: its symptom, the suggested runbook with the reason, and the keys that open its preview. */
interface Incident {
  readonly symptom: RegExp;
  readonly suggested: RegExp;
  readonly runbook: string;
  /** Output of its diagnose steps. */
  readonly found: readonly RegExp[];
  /** The deployment that the refused runs target. */
  readonly target: string;
  /** Enters the parameters that resolve the incident. */
  give(cockpit: Cockpit): Promise<void>;
  /** Marks the manual steps before the action as done. */
  tickFirst(cockpit: Cockpit): Promise<void>;
  readonly proofs: string;
}

const sagas: Incident = {
  symptom: /[▲✗] (?:FIRING +)?SagaFailureRate /,
  suggested: /▸ ● saga-failures .* matches[\s\S]*(SagaFailureRate state is firing|saga\.ok is [\d.]+ %)/,
  runbook: 'saga-failures',
  found: [/reserve stock: reservation 7f31 is/],
  target: 'inventory-service',
  give: async (cockpit) => {
    await cockpit.sees(/[║│] +Unhealthy service[\s\S]*▸ +inventory-service/);
    await takeChoice(cockpit, 'inventory-service');
  },
  tickFirst: async (cockpit) => {
    await tick(cockpit, /▸ +Rule out database connections/);
    await tick(cockpit, /▸ +Rule out Kafka/);
  },
  proofs: 'Deployment is available; All pods are replaced; Saga success rate at least 99 %',
};

const latency: Incident = {
  symptom: /[▲✗] Response time p95/,
  suggested:
    /▸ ● latency-scale .* matches[\s\S]*(HighLatency state is firing|p95 service=saga-orchestrator is)/,
  runbook: 'latency-scale',
  found: [/deployment\/saga-orchestrator: 2 → 5 replicas/, /p95 service=saga-orchestrator is/],
  target: 'saga-orchestrator',
  give: async (cockpit) => {
    await cockpit.sees(/Replicas \(above the current count/);
    // The field may contain the value of an earlier preview.
    cockpit.pty.press(backspace);
    await cockpit.keys('5');
    await cockpit.sees(/[║│] +5_? /);
    await cockpit.keys(enter);
  },
  tickFirst: async () => {},
  proofs: 'Deployment is available; Requested replicas are available; Response time p95 at most 0.5 s',
};

const giveService = async (cockpit: Cockpit, service: string): Promise<void> => {
  await cockpit.sees(/[║│] +Service\W/);
  await takeChoice(cockpit, service);
};

const memory: Incident = {
  symptom: /✗ OOM kills \(last 1 h\)/,
  suggested: /▸ ● memory-leak .* matches[\s\S]*(oom is \d|mem .* is [\d.]+ %|mem\.left .* is )/,
  runbook: 'memory-leak',
  found: [/in_flight/, /goroutine profile: total \d+/],
  target: 'saga-orchestrator',
  give: (cockpit) => giveService(cockpit, 'saga-orchestrator'),
  tickFirst: (cockpit) => tick(cockpit, /▸ +Save a heap profile/),
  proofs:
    'Deployment is available; All pods are replaced; No pod was OOM-killed; Memory usage at most 80 % of the limit',
};

const openSaga = (incident: string, vars?: Readonly<Record<string, string>>): Promise<Drill> =>
  openDrill('saga/production', incident, vars);

/** Waits for the symptom, and until the runbook is first in the list with its reason. */
const suggest = async ({ cockpit }: Drill, incident: Incident): Promise<void> => {
  await cockpit.sees(incident.symptom);
  await cockpit.keys('R');
  await cockpit.sees(new RegExp(`● ${incident.runbook} .* matches`));
  // An open list keeps its selection; a reopened one selects the first row.
  await cockpit.keys(esc, 'R');
  await cockpit.sees(incident.suggested);
  await cockpit.keys(esc);
};

/** Chooses the runbook and its parameters, and waits for the preview. */
const openCard = async ({ cockpit }: Drill, { runbook, give }: Incident): Promise<void> => {
  await chooseRunbook(cockpit, runbook);
  await give(cockpit);
  await cockpit.sees(/Confirm in PRODUCTION/);
};

/** A change by another user: a restart with another replica count than the preview showed. */
const otherwise = {
  spec: {
    replicas: 3,
    template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } },
  },
};

/** Expects refusals without changes: read-only, a pasted confirmation, and a target that changed before the action. */
const refused = async (it: Drill, incident: Incident): Promise<void> => {
  const { cockpit } = it;
  const before = await it.desiredState();
  await openCard(it, incident);
  await cockpit.sees(/read-only: press A to arm/);
  await cockpit.keys(enter);
  await arm(cockpit, 'INC-31');
  await cockpit.sees(/Confirm in PRODUCTION/);
  cockpit.pty.press(pastedEnter);
  await cockpit.keys(esc);
  expect(await it.desiredState()).toEqual(before);

  await openCard(it, incident);
  await confirm(cockpit);
  await incident.tickFirst(cockpit);
  await cockpit.sees(/Sending in \d s/);
  await it.patchExternally(incident.target, otherwise);
  const patched = await it.desiredState();
  await cockpit.sees(/FORBIDDEN/);
  expect(await it.desiredState()).toEqual(patched);
  expect((await cockpit.ended()).at(-1)).toMatchObject({ ending: 'forbidden' });
  expect(await cockpit.ledger()).not.toMatch(/"event":"acting"/);
  await cockpit.keys(esc);
};

const resolve = async (scenario: string, incident: Incident): Promise<void> => {
  await using it = await openSaga(scenario);
  const { cockpit } = it;
  await suggest(it, incident);
  await arm(cockpit, 'INC-31');
  await openCard(it, incident);
  await confirm(cockpit);
  await incident.tickFirst(cockpit);
  await cockpit.sees(/Sending in \d s/);
  await cockpit.sees(verified);
  await cockpit.sees(allWell);
  expect(await cockpit.ended()).toEqual([{ ending: 'recovered', why: incident.proofs }]);
  // The run keeps the complete output of the steps, also the part that the preview omits.
  for (const found of incident.found) expect(await cockpit.ledger()).toMatch(found);
  expect(it.simulator.incident).toBeUndefined();
};

const failToResolve = async (scenario: string, incident: Incident, why: RegExp): Promise<void> => {
  await using it = await openSaga(scenario, { patience: '12s' });
  const { cockpit } = it;
  await cockpit.sees(incident.symptom);
  await refused(it, incident);
  await openCard(it, incident);
  await confirm(cockpit);
  await incident.tickFirst(cockpit);
  await cockpit.sees(/EXECUTED, NOT RECOVERED/);
  expect((await cockpit.ended()).at(-1)).toEqual({
    ending: 'executed-not-recovered',
    why: expect.stringMatching(why),
  });
  expect(it.simulator.incident).toBe(scenario);
};

const toRecovery = 'symptom, suggestion with its reason, diagnosis, run, recovered';
incidentDrill('S3-I1', 'recovers', toRecovery, () => resolve('saga-failures', sagas));
incidentDrill('S3-I2', 'recovers', toRecovery, () => resolve('high-latency', latency));
incidentDrill('S3-I3', 'recovers', toRecovery, () => resolve('memory-leak', memory));

const notRecovered = 'refused with nothing changed, then executed, not recovered';
incidentDrill('S3-I1', 'wrong path', notRecovered, () =>
  failToResolve('saga-failures-data', sagas, /^Saga success rate at least 99 %: not met, saga\.ok is/),
);
incidentDrill('S3-I2', 'wrong path', notRecovered, () =>
  failToResolve('slow-statements', latency, /Response time p95 at most 0.5 s: not met, p95/),
);

/** The pods of another service: the leak continues. */
const otherPods: Incident = {
  ...memory,
  target: 'payment-service',
  give: (cockpit) => giveService(cockpit, 'payment-service'),
};
incidentDrill('S3-I3', 'wrong path', notRecovered, () =>
  failToResolve('memory-leak', otherPods, /No pod was OOM-killed: not met, oom is \d/),
);

test('without Prometheus neither runbook is suggested, and both show the missing source', async () => {
  await using it = await openSaga('saga-failures', { prometheus: 'http://127.0.0.1:1' });
  const { cockpit } = it;
  await cockpit.sees(/▲ (?:WARN +)?inventory-service/);
  await cockpit.keys('R');
  await cockpit.sees(/\? saga-failures .* cannot tell/);
  await cockpit.sees(/\? latency-scale .* cannot tell/);
  await cockpit.sees(/saga\.ok/);
});
