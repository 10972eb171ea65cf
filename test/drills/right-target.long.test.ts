import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { openSimulation } from '../simulation/simulation.ts';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  confirm,
  enter,
  esc,
  takeChoice,
  tick,
} from '../support/cockpit-verbs.ts';

const env = 'eventmesh/production';

/** Opens the environment with both hosts crashed, and recovers the first one. */
const withOneHealthyHost = async (): Promise<Cockpit> => {
  const cockpit = await openCockpit(env, 'crashed');
  await cockpit.sees(/✗ failed +eventmesh-api vm-2/);
  await arm(cockpit, 'INC-44');
  await chooseRunbook(cockpit, 'restart');
  await cockpit.sees(/[║│] +Host\W/);
  await takeChoice(cockpit, 'vm-1');
  await confirm(cockpit);
  await tick(cockpit, /▸ +Read the panic in the log/);
  await cockpit.sees(/● RECOVERED|STEP VERIFIED/);
  await cockpit.keys(esc);
  await cockpit.sees(/● +OK +.*|✗ failed +eventmesh-api vm-2/);
  return cockpit;
};

const planned = async (cockpit: Cockpit): Promise<readonly Record<string, unknown>[]> =>
  (await cockpit.ledger())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).entry)
    .filter(({ event }) => event === 'planned')
    .map(({ proposal }) => proposal);

test('the failed host comes first and is selected. The healthy one needs a reason', async () => {
  await using cockpit = await withOneHealthyHost();
  await chooseRunbook(cockpit, 'restart');
  await cockpit.sees(/▸ +vm-2 +✗ CRIT eventmesh-api · failed · 0 of 1 ready/);
  await cockpit.sees(/vm-1 +● OK eventmesh-api · active \(running\) · needs a reason/);
  await cockpit.keys('j');
  await cockpit.sees(/reason +required: healthy, while vm-2 is critical/);
  await cockpit.keys('k', enter);
  await confirm(cockpit);
  await tick(cockpit, /▸ +Read the panic in the log/);
  await cockpit.sees(/● RECOVERED|STEP VERIFIED/);
  const [, run] = await planned(cockpit);
  expect(run).toMatchObject({ params: { host: 'vm-2' } });
  expect(run).not.toHaveProperty('override');
});

test('the last healthy instance: a total outage is forbidden until a reason is typed, and the name', async () => {
  await using cockpit = await withOneHealthyHost();
  await chooseRunbook(cockpit, 'restart');
  await cockpit.sees(/[║│] +Host\W/);
  await takeChoice(cockpit, 'vm-1');
  await cockpit.sees(/FORBIDDEN/);
  await cockpit.sees(/target:? vm-1: healthy, while vm-2 is critical/);
  await cockpit.sees(
    /outage:? restarts vm-1, the last healthy instance of eventmesh-api: this would be a total outage/,
  );
  await cockpit.keys('O', ...'drain', enter);
  await cockpit.sees(/override: drain/);
  await cockpit.sees(/type +eventmesh-api +to confirm:/);
  await cockpit.keys(...'eventmesh-api', enter);
  await tick(cockpit, /▸ +Read the panic in the log/);
  await cockpit.sees(/● RECOVERED|STEP VERIFIED|EXECUTED/);
  const runs = await planned(cockpit);
  expect(runs.at(-1)).toMatchObject({ params: { host: 'vm-1' }, override: 'drain', outage: 'drain' });
});

test('run: the last instances of a service need --allow-outage, which no other reason replaces', async () => {
  await using simulation = openSimulation();
  const restore = (...more: readonly string[]) =>
    simulation.run([
      'run',
      'stop-unit-hosts',
      ...['--env', 'eventmesh/staging', '--rehearse', 'deploy-denied', '--confirm', 'eventmesh-api'],
      ...['--param', 'unit=eventmesh-api', '--param', 'host=vm-1', ...more],
    ]);
  const denied = await restore('--override', 'INC-44');
  expect(denied.stdout).toContain('the last healthy instance of eventmesh-api: this would be a total outage');
  expect(denied.code).toBe(3);
  expect(denied.stdout).toContain('--allow-outage "reason"');
  const allowed = await restore('--allow-outage', 'INC-44');
  expect(allowed.stdout).toContain('this would be a total outage. Overridden: INC-44');
  expect(allowed.code).not.toBe(3);
});

test('an archive is offered for the chosen hosts, the newest good one first, and impact counts the chosen host', async () => {
  await using cockpit = await openCockpit(env, 'data-corruption');
  await cockpit.sees(/✗ (?:CRIT +)?eventmesh-api/);
  await arm(cockpit, 'INC-45');
  await chooseRunbook(cockpit, 'data-corruption');
  await cockpit.sees(/◆ vm-1 +✗ CRIT eventmesh-api · active \(running\) · the health check fails/);
  await cockpit.keys(' ', enter);
  await cockpit.sees(/Archive to restore/);
  await cockpit.sees(
    /▸ +\/opt\/eventmesh\/backups\/eventmesh-backup-20260304000000\.tar\.gz +\d+h ago · 2026-03-04 00:00Z · 9\.6/,
  );
  await cockpit.keys(enter, ...'0.1.0', enter);
  await cockpit.sees(/impact +\d+ objects · 1 of 2 hosts/);
});

test('a rollback lists the revisions with their image, and the card shows what changes', async () => {
  await using cockpit = await openCockpit('saga/production', 'bad-release');
  await cockpit.sees(/✗ Error rate/);
  await arm(cockpit, 'INC-46');
  await chooseRunbook(cockpit, 'roll-back');
  await cockpit.sees(/revision 1 \(only choice\)/);
  await cockpit.keys('p');
  await cockpit.sees(
    /▸ +1 +7d ago · 2026-02-25 \d\d:\d\dZ · registry\.saga\.example\/saga-orchestrator:1\.8\.0/,
  );
  await cockpit.sees(/2 +registry\.saga\.example\/saga-orchestrator:1\.9\.0 · current/);
  await cockpit.keys(enter);
  await cockpit.sees(
    /changes +saga-orchestrator image: registry\.saga\.example\/saga-orchestrator:1\.9\.0 →/,
  );
  await cockpit.sees(/[║│] +registry\.saga\.example\/saga-orchestrator:1\.8\.0/);
  await confirm(cockpit);
  await cockpit.sees(/● RECOVERED|STEP VERIFIED/);
});

test('run: a revision that does not exist, or is the current one, is not a choice', async () => {
  await using simulation = openSimulation();
  const rollBack = (revision: string) =>
    simulation.run([
      ...['run', 'roll-back', '--env', 'saga/production', '--rehearse', 'bad-release'],
      ...['--param', `revision=${revision}`, '--dry-run'],
    ]);
  for (const revision of ['2', '9']) {
    const { code, stderr } = await rollBack(revision);
    expect(code).toBe(4);
    expect(stderr).toContain(`"${revision}" is not a choice`);
  }
  const { code, stdout } = await rollBack('1');
  expect(code).toBe(0);
  expect(stdout).toMatch(/change +saga-orchestrator image: .*:1\.9\.0 → .*:1\.8\.0/);
});

test('a question shows the value in effect, and what the answer changes: from facts', async () => {
  await using cockpit = await openCockpit('event-bus/production', 'sla');
  await cockpit.sees(/✗ SLA/);
  await chooseRunbook(cockpit, 'sla-compliance');
  await cockpit.sees(/Replicas:/);
  await cockpit.sees(/_ 4, one more than now/);
  await cockpit.sees(/in effect now: 3 → 4 \(\+1\)/);
});

test('a question shows the value in effect, and what the answer changes: read from the source', async () => {
  await using cockpit = await openCockpit('saga/production', 'high-latency');
  await cockpit.sees(/[✗▲] /);
  await chooseRunbook(cockpit, 'latency-scale');
  await cockpit.sees(/Replicas \(above the current count/);
  await cockpit.sees(/in effect now: \d/);
  await cockpit.keys('5');
  await cockpit.sees(/in effect now: 2 → 5 \(\+3\)/);
});
