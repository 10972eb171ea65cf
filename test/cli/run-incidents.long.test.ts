import { describe, expect, test } from 'vitest';
import { type Ended, openSimulation, type Simulation } from '../simulation/simulation.ts';
import { type Drill, openDrill } from '../support/drill.ts';

interface OutputEvent {
  readonly event: string;
  readonly ending?: string;
  readonly why?: string;
  readonly sent?: readonly string[];
}

const events = ({ stdout, stderr }: Ended): readonly OutputEvent[] => {
  if (stdout === '') throw new Error(stderr);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};

/** Returns the exit code and the ending of a run. */
const endOf = (ended: Ended): unknown => {
  const last = events(ended).at(-1);
  return { code: ended.code, event: last?.event, ending: last?.ending };
};

/** The incident has further findings, such as errors in the logs of the last quarter of an hour: then the code is 5. */
const recovered = {
  code: expect.toSatisfy((code) => code === 0 || code === 5, 'exit code 0 or 5'),
  event: 'ended',
  ending: 'recovered',
};
const notRecovered = { code: 1, event: 'ended', ending: 'executed-not-recovered' };
const forbidden = { code: 3, event: 'ended', ending: 'forbidden' };

interface Stage extends AsyncDisposable {
  readonly it: Drill;
  readonly simulation: Simulation;
  run(...args: readonly string[]): Promise<Ended>;
  /** Reads the pids of long-running or idle-in-transaction sessions that no other session blocks. */
  pids(): Promise<readonly string[]>;
  /** Repeats `check` until its report satisfies `shows`. */
  check(shows: (seen: Checked) => boolean): Promise<Checked>;
}

/** The parts of a check report that these tests use. */
interface Checked {
  readonly level: string;
  readonly sessions: readonly {
    readonly pid: number;
    readonly state: string;
    readonly durationMs?: number;
    readonly blockedBy: readonly number[];
  }[];
  readonly breakers: readonly { readonly name: string; readonly state: string }[];
  readonly pools: readonly { readonly kind: string; readonly pending?: number }[];
  readonly signals: readonly { readonly id: string; readonly level: string }[];
  readonly alerts: readonly { readonly name: string; readonly state: string }[];
}

const isLong = ({ state, durationMs = 0, blockedBy }: Checked['sessions'][number]): boolean =>
  state !== 'idle' && durationMs > 30_000 && blockedBy.length === 0;

/** Opens a simulator with an incident, and commands that read and change it. */
const open = async (env: string, incident: string): Promise<Stage> => {
  const simulation = openSimulation();
  const it = await openDrill(env, incident, {}, simulation.platform);
  const check: Stage['check'] = async (shows) => {
    for (;;) {
      const { stdout, stderr } = await simulation.run(['check', '--json', ...it.args]);
      if (stdout === '') throw new Error(stderr);
      const seen: Checked = JSON.parse(stdout);
      if (shows(seen)) return seen;
    }
  };
  return {
    it,
    simulation,
    run: (...args) => simulation.run(['run', ...args, '--json', ...it.args]),
    check,
    pids: async () => {
      const { sessions } = await check((seen) => seen.sessions.some(isLong));
      return sessions.filter(isLong).map(({ pid }) => String(pid));
    },
    [Symbol.asyncDispose]: () => simulation[Symbol.asyncDispose](),
  };
};

const several = (name: string, values: readonly string[]): readonly string[] =>
  values.flatMap((value) => ['--param', `${name}=${value}`]);

/** Expects every refusal before a request is sent. `drift`: a change by another user in the cancel window. */
const refusals = async (
  { it, run, simulation }: Stage,
  args: readonly string[],
  name: string,
  drift: () => Promise<unknown>,
): Promise<void> => {
  it.newChanges();
  expect(endOf(await run(...args, '--confirm', name)), 'read-only').toEqual(forbidden);
  expect(endOf(await run(...args, '--arm', 'drill')), 'without confirmation').toEqual(forbidden);
  const wrong = await run(...args, '--arm', 'drill', '--confirm', name.toUpperCase());
  expect(endOf(wrong), 'wrong name').toEqual(forbidden);
  expect(it.newChanges(), 'changes of refused runs').toEqual([]);

  const running = simulation.start([
    'run',
    ...args,
    '--json',
    '--arm',
    'drill',
    '--confirm',
    name,
    ...it.args,
  ]);
  await running.printed(/"event":"window"/);
  await simulation.until(drift());
  it.newChanges();
  const ended = await running.ended();
  expect(endOf(ended), 'target changed after confirmation').toEqual(forbidden);
  expect(events(ended).at(-1)?.sent ?? []).toEqual([]);
  expect(it.newChanges(), 'changes after the drift').toEqual([]);
};

/** Sends a request to the simulator outside of opsdeck. */
const post = ({ simulation }: Stage, url: string, body: unknown): Promise<unknown> => {
  const io = simulation.platform.openChangeIo();
  const headers = { 'content-type': 'application/json' };
  const request = { method: 'POST', url, headers, body: JSON.stringify(body) };
  return io.send(request, new AbortController().signal).finally(() => io.close());
};

describe('S0-I2, high memory', () => {
  const scale = ['high-memory', '--param', 'n=5', '--done', 'a3'];
  const armed = ['--arm', 'INC-23', '--confirm', 'event-bus-service'];

  test('check reports it; scaling out recovers', async () => {
    await using stage = await open('event-bus/production', 'high-memory');
    const { it, run, check } = stage;
    const { level } = await check(
      ({ signals }) =>
        signals.filter((signal) => signal.id === 'heap' && signal.level === 'crit').length === 3,
    );
    expect(level).toBe('crit');
    expect(endOf(await run(...scale, ...armed))).toEqual(recovered);
    expect(it.newChanges().join('\n')).toMatch(/PATCH .*event-bus-service/);
  });

  test('garbage collection in one pod: executed, not recovered', async () => {
    await using stage = await open('event-bus/production', 'high-memory');
    const { run } = stage;
    const planned = await run('collect-garbage', '--dry-run', '--param', 'pods=none');
    const pod = /Valid: ([\w-]+)|Did you mean ([\w-]+)/.exec(planned.stderr)?.slice(1).find(Boolean) ?? '';
    const ended = await run('collect-garbage', '--param', `pods=${pod}`, '--arm', 'drill', '--confirm', pod);
    expect(endOf(ended)).toEqual(notRecovered);
  });

  test('is refused without changes', async () => {
    await using stage = await open('event-bus/production', 'high-memory');
    await refusals(stage, scale, 'event-bus-service', () =>
      post(stage, `${stage.it.at('deploy')}/services/event-bus-service/scale`, { replicas: 4 }),
    );
  });
});

describe('S0-I3, circuit breakers open', () => {
  const reset = ['breakers-open', '--param', 'name=database', '--done', 'a1', '--done', 'a3', '--done', 'a4'];
  const armed = ['--arm', 'INC-7', '--confirm', 'database'];

  test('check reports it; restoring the database and then resetting the breaker recovers', async () => {
    await using stage = await open('event-bus/production', 'dependency-down');
    const { it, run, check } = stage;
    await check(
      ({ breakers }) =>
        breakers.filter((breaker) => breaker.name === 'database' && breaker.state === 'open').length === 3,
    );
    expect(endOf(await run(...reset, ...armed)), 'cause not fixed').toMatchObject({ code: 3 });
    expect(it.newChanges()).toEqual([]);
    expect(endOf(await run('restore-database', '--arm', 'INC-7', '--confirm', 'postgres-cluster'))).toEqual(
      recovered,
    );
    expect(endOf(await run(...reset, ...armed))).toEqual(recovered);
    expect(it.simulator.incident).toBeUndefined();
  });

  test('a reset while the database is down: executed, not recovered', async () => {
    await using stage = await open('event-bus/production', 'dependency-down');
    const anyway = ['--param', 'name=database', '--param', 'reason=orders wait for it'];
    const ended = await stage.run('breaker-anyway', ...anyway, ...armed);
    expect(endOf(ended)).toEqual(notRecovered);
    expect(ended.stdout).toContain('orders wait for it');
  });

  test('is refused without changes', async () => {
    await using stage = await open('event-bus/production', 'dependency-down');
    await refusals(
      stage,
      ['breaker-anyway', '--param', 'name=database', '--param', 'reason=orders wait for it'],
      'database',
      () =>
        post(stage, `${stage.it.at('event-bus-service-1')}/circuitbreakers/database`, {
          updateState: 'FORCE_OPEN',
        }),
    );
  });
});

describe('S0-I5, database connectivity', () => {
  const armed = ['--arm', 'INC-24', '--confirm', 'eventbus_db'];

  test('check reports it; terminating the blocking session recovers', async () => {
    await using stage = await open('event-bus/production', 'database-blocked');
    const { run, pids } = stage;
    const culprits = await pids();
    expect(culprits).toHaveLength(1);
    expect(endOf(await run('database-connectivity', ...several('pids', culprits), ...armed))).toEqual(
      recovered,
    );
  });

  test('a job that blocks again: executed, not recovered', async () => {
    await using stage = await open('event-bus/production', 'database-blocked-again');
    const { run, pids } = stage;
    const ended = await run('database-connectivity', ...several('pids', await pids()), ...armed);
    expect(endOf(ended)).toEqual(notRecovered);
    expect(events(ended).at(-1)?.why).toMatch(/^No thread is waiting for a connection: not met/);
  });

  test('is refused without changes', async () => {
    await using stage = await open('event-bus/production', 'database-blocked');
    const { run, pids } = stage;
    const culprits = several('pids', await pids());
    const idle = await run('cancel-statement', ...culprits, ...armed);
    expect(endOf(idle), 'no statement to cancel').toMatchObject({ code: 3, ending: 'not-applicable' });
    await refusals(stage, ['database-connectivity', ...culprits], 'eventbus_db', async () =>
      stage.it.simulator.rehearse(undefined),
    );
  });
});

describe('S1-I4, database connection pool exhausted', () => {
  const service = 'trademaster-trading-service';
  const armed = ['--arm', 'INC-31', '--confirm', 'trademaster_trading'];
  const ofService = ['--arm', 'INC-31', '--confirm', service];

  test('check reports it; terminating the long-running statements recovers', async () => {
    await using stage = await open('trading/production', 'pool-exhaustion');
    const { run, check, pids } = stage;
    await check(
      ({ pools, signals }) =>
        pools.filter(({ kind, pending = 0 }) => kind === 'hikari' && pending > 0).length === 2 &&
        signals.some(({ id, level }) => id === 's1.log.jdbc' && level === 'crit'),
    );
    const culprits = await pids();
    expect(culprits).toHaveLength(6);
    expect(endOf(await run('pool-exhausted', ...several('pids', culprits), ...armed))).toEqual(recovered);
  });

  test.each([
    { what: 'a larger pool', args: ['pool-size', '--param', 'n=20'] },
    { what: 'a restart', args: ['pool-restart', '--param', 't=5'] },
  ])('$what recovers', async ({ args }) => {
    await using stage = await open('trading/production', 'pool-exhaustion');
    expect(endOf(await stage.run(...args, ...ofService))).toEqual(recovered);
    expect(stage.it.simulator.incident).toBeUndefined();
  });

  test('a service that repeats the statements: executed, not recovered', async () => {
    await using stage = await open('trading/production', 'pool-leak');
    const { run, pids } = stage;
    const ended = await run('pool-exhausted', ...several('pids', await pids()), ...armed);
    expect(endOf(ended)).toEqual(notRecovered);
    expect(events(ended).at(-1)?.why).toMatch(/^No thread is waiting for a connection: not met/);
    expect(endOf(await run('pool-restart', ...ofService))).toEqual(notRecovered);
  });

  test('is refused without changes', async () => {
    await using stage = await open('trading/production', 'pool-exhaustion');
    const { it, run } = stage;
    const tooLarge = await run('pool-size', '--param', 'n=51', ...ofService);
    expect(tooLarge.code).toBe(4);
    await refusals(stage, ['pool-size', '--param', 'n=20'], service, () =>
      post(stage, `${it.at('deploy')}/services/${service}/scale`, { replicas: 3 }),
    );
  });
});
