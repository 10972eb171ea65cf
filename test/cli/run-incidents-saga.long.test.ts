import { describe, expect, test } from 'vitest';
import { type Ended, openSimulation, type Simulation } from '../simulation/simulation.ts';
import { openWatchedSimulator, type WatchedSimulator } from '../support/watched-simulator.ts';

/** An incident, the arguments of a run that resolves it, and those of a run that does not (`vain`). */
interface Incident {
  readonly id: string;
  readonly scenario: string;
  readonly run: readonly string[];
  readonly confirm: string;
  readonly done: readonly string[];
  readonly vain: { readonly scenario: string; readonly run: readonly string[]; readonly confirm: string };
  readonly why: RegExp;
}

const service = (name: string): readonly string[] => ['--param', `deployment=${name}`];

const incidents: readonly Incident[] = [
  {
    id: 'S3-I1',
    scenario: 'saga-failures',
    run: ['saga-failures', ...service('inventory-service')],
    confirm: 'inventory-service',
    done: ['a2', 'a3'],
    vain: {
      scenario: 'saga-failures',
      run: ['saga-failures', ...service('payment-service')],
      confirm: 'payment-service',
    },
    why: /Saga success rate at least 99 %: not met, saga\.ok is/,
  },
  {
    id: 'S3-I2',
    scenario: 'high-latency',
    run: ['latency-scale', '--param', 'n=5'],
    confirm: 'saga-orchestrator',
    done: [],
    vain: {
      scenario: 'slow-statements',
      run: ['latency-scale', '--param', 'n=5'],
      confirm: 'saga-orchestrator',
    },
    why: /Response time p95 at most 0.5 s: not met, p95/,
  },
  {
    id: 'S3-I3',
    scenario: 'memory-leak',
    run: ['memory-leak', ...service('saga-orchestrator')],
    confirm: 'saga-orchestrator',
    done: ['a0'],
    vain: {
      scenario: 'memory-leak',
      run: ['memory-leak', ...service('payment-service')],
      confirm: 'payment-service',
    },
    why: /No pod was OOM-killed: not met, oom is \d/,
  },
];

const env = ['--env', 'saga/production', '--json'];
const armed = (confirm: string, done: readonly string[]): readonly string[] => [
  ...['--arm', 'INC-31', '--confirm', confirm],
  ...done.flatMap((step) => ['--done', step]),
];

const events = ({ stdout }: Ended): readonly { readonly event: string; readonly ending?: string }[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** A simulator with an incident, and commands that read and change it. */
interface Stage extends AsyncDisposable, Pick<Simulation, 'run' | 'until'> {
  readonly watched: WatchedSimulator;
}

const open = async (incident: string, vars?: Readonly<Record<string, string>>): Promise<Stage> => {
  const simulation = openSimulation();
  const watched = await openWatchedSimulator('saga', incident, vars, simulation.platform);
  return { ...simulation, watched };
};

describe.each(incidents)('$id', ({ scenario, run, confirm, done, vain, why }) => {
  test('the right runbook recovers and exits 0', async () => {
    await using simulation = openSimulation();
    const ended = await simulation.run([
      ...['run', ...run, ...env, '--rehearse', scenario],
      ...armed(confirm, done),
    ]);
    expect(events(ended).at(-1)).toMatchObject({ event: 'ended', ending: 'recovered' });
    expect([0, 5], 'recovered, whatever else the incident has').toContain(ended.code);
  });

  test('the wrong target ends as executed, not recovered, and exits 1', async () => {
    await using stage = await open(vain.scenario, { patience: '8s' });
    const { watched, run: opsdeck } = stage;
    const answers = armed(vain.confirm, done);
    const ended = await opsdeck(['run', ...vain.run, ...env, ...watched.sets, ...answers]);
    expect(events(ended).at(-1)).toMatchObject({
      ending: 'executed-not-recovered',
      why: expect.stringMatching(why),
    });
    expect(ended.code).toBe(1);
    expect(watched.incident()).toBe(vain.scenario);
  });

  test('exits 3 and changes nothing while read-only, without the name, with a wrong name, or with a manual step not done', async () => {
    await using stage = await open(scenario);
    const { watched, run: opsdeck } = stage;
    const before = await stage.until(watched.desiredState());
    const refused = [
      ['--confirm', confirm, ...done.flatMap((step) => ['--done', step])],
      ['--arm', 'INC-31', ...done.flatMap((step) => ['--done', step])],
      armed(`${confirm}s`, done),
      ...(done.length === 0 ? [] : [armed(confirm, done.slice(1))]),
    ];
    for (const answers of refused) {
      const ended = await opsdeck(['run', ...run, ...env, ...watched.sets, ...answers]);
      expect(events(ended).at(-1)).toMatchObject({ event: 'ended', ending: 'forbidden' });
      expect(events(ended).map(({ event }) => event)).not.toContain('acting');
      expect(ended.code).toBe(3);
    }
    expect(await stage.until(watched.desiredState())).toEqual(before);
    expect(watched.incident()).toBe(scenario);
  });
});

test('does not scale down to fewer replicas than the current count', async () => {
  await using stage = await open('high-latency');
  const { watched, run: opsdeck } = stage;
  await stage.until(watched.patchExternally('saga-orchestrator', { spec: { replicas: 6 } }));
  const before = await stage.until(watched.desiredState());
  const answers = armed('saga-orchestrator', []);
  const ended = await opsdeck([
    'run',
    'latency-scale',
    '--param',
    'n=5',
    ...env,
    ...watched.sets,
    ...answers,
  ]);
  expect(events(ended).at(-1)).toMatchObject({
    ending: 'not-applicable',
    why: expect.stringContaining('has 6 replicas: 5 is fewer, and only: up forbids scaling down'),
  });
  expect(await stage.until(watched.desiredState())).toEqual(before);
});

test('applies the HPA and recovers; from then on scaling by hand is refused', async () => {
  await using stage = await open('high-latency');
  const { watched, run: opsdeck } = stage;
  const answers = armed('saga-orchestrator', []);
  const applied = await opsdeck(['run', 'latency-hpa', ...env, ...watched.sets, ...answers]);
  expect(events(applied).at(-1)).toMatchObject({ ending: 'recovered' });
  expect(watched.incident()).toBeUndefined();
  const before = await stage.until(watched.desiredState());
  const scaled = await opsdeck([
    'run',
    'latency-scale',
    '--param',
    'n=7',
    ...env,
    ...watched.sets,
    ...answers,
  ]);
  expect(events(scaled).at(-1)).toMatchObject({
    ending: 'not-applicable',
    why: expect.stringContaining('the autoscaler hpa/saga-orchestrator manages the replicas'),
  });
  expect(await stage.until(watched.desiredState())).toEqual(before);
});

test('without Prometheus it is unknown whether runbooks match', async () => {
  const blind = { prometheus: 'http://127.0.0.1:1' };
  await using stage = await open('saga-failures', blind);
  const { watched, run: opsdeck } = stage;
  const { stdout } = await opsdeck(['runbooks', ...env, ...watched.sets]);
  expect(JSON.parse(stdout)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: 'saga-failures', fits: 'unknown' }),
      expect.objectContaining({ id: 'latency-scale', fits: 'unknown' }),
    ]),
  );
});
