import { expect } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  chooseSuggested,
  confirm,
  enter,
  esc,
  verified,
} from '../support/cockpit-verbs.ts';
import { incidentDrill } from './incident-drill.ts';

const env = 'saga/production';

/** The header when no signal is past its thresholds. */
const allWell = /▌ ● All clear – \d+ rows OK/;

/** Opens the environment with an incident, waits for its symptoms, and arms it. */
const openArmed = async (incident: string, symptoms: readonly RegExp[]): Promise<Cockpit> => {
  const cockpit = await openCockpit(env, incident);
  for (const symptom of symptoms) await cockpit.sees(symptom);
  await arm(cockpit, 'INC-31');
  return cockpit;
};

const exhausted = [
  /✗ server postgres runs out of connections/,
  /✗ postgres +━+─+ +14\d\/147/,
  /▲ (?:FIRING +)?DatabaseConnections /,
];

incidentDrill(
  'S3-I4',
  'recovers',
  'pools exhausted: the sessions that hold the slots are terminated',
  async () => {
    await using cockpit = await openArmed('pool-exhaustion', exhausted);
    await chooseSuggested(cockpit, 'connections');
    // What decides is in sight without scrolling.
    await cockpit.sees(/now pg\.conn is 9\d/);
    await cockpit.sees(/active since \S+ +pid \d+ /);
    await cockpit.sees(/\d+ more · tab/);
    await confirm(cockpit);
    await cockpit.sees(/Sending in \d s/);
    await cockpit.sees(/76 of 76 gone/);
    await cockpit.sees(verified);
    await cockpit.sees(allWell);
    expect(await cockpit.ended()).toEqual([
      {
        ending: 'recovered',
        why: 'No session is older than the minimum age; Connection usage at most 80 %',
      },
    ]);
  },
);

incidentDrill(
  'S3-I4',
  'wrong path',
  'a restart of the service while other clients hold the slots: executed, not recovered',
  async () => {
    await using cockpit = await openArmed('pool-exhaustion', exhausted);
    await chooseRunbook(cockpit, 'connections-restart');
    await confirm(cockpit);
    await cockpit.sees(/EXECUTED, NOT RECOVERED/);
    expect(await cockpit.ended()).toEqual([
      {
        ending: 'executed-not-recovered',
        why: expect.stringMatching(/^Connection usage at most 80 %: not met, pg\.conn is 9\d/),
      },
    ]);
  },
);

const behind = [/▲ Consumer lag: orchestrator.* 1,\d/, /saga-orchestrator\S* .*falling behind/];

incidentDrill(
  'S3-I5',
  'recovers',
  'consumer lag: a third consumer recovers it; more consumers than partitions are refused',
  async () => {
    await using cockpit = await openArmed('consumer-lag', behind);
    await chooseSuggested(cockpit, 'consumer-lag');
    await cockpit.sees(/[║│] +Replicas/);
    await cockpit.keys('5', enter);
    await confirm(cockpit);
    await cockpit.sees(/partitions is 3/);
    expect((await cockpit.ended()).at(-1)).toMatchObject({ ending: 'not-applicable' });
    await cockpit.keys(esc);
    // It was refused: the list shows it after the others, and another number is one choice away.
    await chooseRunbook(cockpit, 'consumer-lag');
    await cockpit.sees(/[║│] +Replicas/);
    await cockpit.keys('3', enter);
    await cockpit.sees(/replicas: 2 → 3/);
    await confirm(cockpit);
    await cockpit.sees(/Sending in \d s/);
    await cockpit.sees(verified);
    await cockpit.sees(/u undo +Scale deployment\/saga-orchestrator back to 2 replicas/);
    expect((await cockpit.ended()).at(-1)).toEqual({
      ending: 'recovered',
      why: 'Deployment is available; Replica count matches the request; All replicas have joined the group; Lag is decreasing and below its value before',
    });
  },
);

incidentDrill(
  'S3-I5',
  'wrong path',
  'more partitions for the same two consumers: executed, not recovered',
  async () => {
    await using cockpit = await openArmed('consumer-lag', behind);
    await chooseRunbook(cockpit, 'more-partitions');
    // The checks have no room, and one of them is false.
    await cockpit.sees(/tab \d checks?, 1 false · full calls/);
    await cockpit.sees(/type +saga-events +to confirm:/);
    await cockpit.keys(...'saga-events', enter);
    await cockpit.sees(/EXECUTED, NOT RECOVERED/);
    expect(await cockpit.ended()).toEqual([
      {
        ending: 'executed-not-recovered',
        why: expect.stringMatching(/^Lag is decreasing and below its value before: not met/),
      },
    ]);
  },
);
