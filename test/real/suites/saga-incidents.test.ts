import { join, relative, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Ended, openSandbox, type Sandbox } from '../../e2e/support/sandbox.ts';
import { brokersOf, kafkaOf } from '../kafka/client.ts';
import { joinGroup } from '../kafka/members.ts';
import { createTopic, produce } from '../kafka/topics.ts';
import {
  type Cluster,
  dropNamespace,
  kubeconfigOf,
  makeNamespace,
  openCluster,
} from '../kubernetes/cluster.ts';
import { deployment } from '../kubernetes/objects.ts';
import { podsOf, readyPods } from '../kubernetes/pods.ts';
import { until } from '../machine/until.ts';
import { database, urlOf } from '../postgres/roles.ts';
import { openSession, type Session } from '../postgres/sessions.ts';
import { beside, underTest } from '../setting.ts';

const server = underTest();
const postgres = beside('postgres');
const broker = beside('kafka-4');
const kafka = kafkaOf(broker);
const namespace = 'microservices';
const orchestrator = { name: 'saga-orchestrator', namespace };
const [group, topic] = ['saga-orchestrator-group', 'saga-events'] as const;

let cluster: Cluster;
let sandbox: Sandbox;
let stack: AsyncDisposableStack;

/** The shipped profile with the addresses of these servers and shorter hold times. */
const profile = (dir: string): string => `opsdeck: 1
system: saga
env: real
tier: production
extends: ${relative(join(dir, 'profiles'), resolve('profiles/saga/base.yaml'))}
vars:
  kubeconfig: ${kubeconfigOf(server)}
  context: admin@real
  postgres: "\${env:SAGA_POSTGRES_URL}"
  database: ${database}
  kafka: ${brokersOf(broker).join(',')}
  prometheus: http://127.0.0.1:9
  sustained: 2s
  patience: 20s
`;

/** Runs a runbook with the built program and all required confirmations. */
const run = async (runbook: string, target: string, params: Readonly<Record<string, string>> = {}) => {
  const given = Object.entries(params).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
  const answers = ['--arm', 'drill', '--confirm', target, '--json'];
  const ended = await opsdeck('run', runbook, ...given, ...answers);
  const events = ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { code: ended.code, ended: events.at(-1), output: ended.stdout };
};

const opsdeck = (command: string, ...args: readonly string[]): Promise<Ended> =>
  sandbox.run([command, ...args, '--env', 'saga/real'], { SAGA_POSTGRES_URL: urlOf(postgres, 'opsdeck') });

interface SignalReading {
  readonly id: string;
  readonly value: number;
  readonly level: string;
}

const signalOf = async (id: string): Promise<SignalReading> => {
  const { signals }: { readonly signals: readonly SignalReading[] } = JSON.parse(
    (await opsdeck('check', '--json', '--timeout', '20s')).stdout,
  );
  return signals.find((signal) => signal.id === id) ?? expect.fail(`no signal ${id}`);
};

beforeAll(async () => {
  cluster = await openCluster(server);
  await makeNamespace(cluster, namespace);
}, 60_000);
afterAll(async () => {
  await dropNamespace(cluster, namespace);
  await cluster[Symbol.asyncDispose]();
});
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  sandbox = stack.use(await openSandbox());
  await sandbox.put('profiles/real.yaml', profile(sandbox.dir));
  await cluster.apply(deployment({ ...orchestrator, replicas: 2 }));
  await readyPods(cluster, orchestrator, 2);
});
afterEach(() => stack.disposeAsync());

describe('S3-I4: the connections of PostgreSQL are exhausted', () => {
  const poolSize = 6;
  const codeOf = (error: unknown): string =>
    error instanceof Error && 'code' in error ? String(error.code) : String(error);

  /** Fills the service's pool; returns the error code of the first rejected connection, 'full' if all connect. */
  const fillPool = async (): Promise<string> => {
    await using opened = new AsyncDisposableStack();
    try {
      for (let slot = 0; slot < poolSize; slot += 1)
        opened.use(await openSession(postgres, { application: orchestrator.name }));
      return 'full';
    } catch (error) {
      return codeOf(error);
    }
  };

  /** Holds 13 of the 17 slots with endless statements of another program; resolves to their outcomes. */
  const holdSlots = async (): Promise<readonly Promise<string>[]> => {
    const sessions: Session[] = [];
    while (sessions.length < 13)
      sessions.push(stack.use(await openSession(postgres, { application: 'reports' })));
    const endings = sessions.map((session) =>
      session.query('SELECT pg_sleep(600)').then(() => 'done', codeOf),
    );
    await until('the statements have run for two seconds', async () => {
      const long = await signalOf('pg.long');
      return long.value > 2;
    });
    return endings;
  };

  test('terminates the older sessions and keeps the others, and the pool fills again: recovered', async () => {
    const endings = await holdSlots();
    expect(await fillPool()).toBe('53300');
    expect(await signalOf('pg.conn')).toMatchObject({ level: expect.stringMatching(/^(warn|crit)$/) });
    const { code, ended, output } = await run('connections', database, { age: '2s' });
    expect([code, ended]).toEqual([0, expect.objectContaining({ event: 'ended', ending: 'recovered' })]);
    expect(output).toContain('13 of 13 gone');
    expect(new Set(await Promise.all(endings))).toEqual(new Set(['57P01']));
    expect(await fillPool()).toBe('full');
    const afterwards = await signalOf('pg.conn');
    expect(afterwards, JSON.stringify(afterwards)).toMatchObject({ level: 'ok' });
  });

  test('a restart of the service replaces its pods without effect: executed, not recovered', async () => {
    await holdSlots();
    const before = await podsOf(cluster, orchestrator);
    const { code, ended } = await run('connections-restart', orchestrator.name);
    expect([code, ended.ending]).toEqual([1, 'executed-not-recovered']);
    expect(ended.why).toMatch(/^Connection usage at most 80 %: not met, pg\.conn is [89]\d/);
    const after = await readyPods(cluster, orchestrator, 2);
    const uids = new Set(before.map(({ metadata }) => metadata.uid));
    expect(after.filter(({ metadata }) => uids.has(metadata.uid))).toEqual([]);
  });
});

describe('S3-I5: a Kafka consumer group is stalled', () => {
  /** Starts two consumers that read but never commit, with a lag of 500 messages in each of three partitions. */
  const stall = async (): Promise<void> => {
    await using reader = await joinGroup(kafka, { group, topic });
    await produce(kafka, topic, [10, 10, 10]);
    await until('the group has committed', async () => (await signalOf('lag')).value === 0);
    await reader[Symbol.asyncDispose]();
    for (let member = 0; member < 2; member += 1)
      stack.use(await joinGroup(kafka, { group, topic, commits: false }));
    await produce(kafka, topic, [500, 500, 500]);
  };

  /** Starts a working consumer as soon as the third pod is ready. */
  const consumeWithThird = async (signal: AbortSignal): Promise<void> => {
    await until(
      'a third pod is ready',
      async () => signal.aborted || (await podsOf(cluster, orchestrator)).length === 3,
      60_000,
    );
    if (signal.aborted) return;
    await readyPods(cluster, orchestrator, 3);
    // Slower than the check polls: a lag that is already 0 no longer decreases.
    stack.use(await joinGroup(kafka, { group, topic, messageMs: 50 }));
  };

  beforeAll(() => createTopic(kafka, topic, 3));

  test('rejects more pods than partitions, and the current number: nothing is sent', async () => {
    await stall();
    expect(await signalOf('lag')).toMatchObject({ value: 1500, level: 'warn' });
    const tooMany = await run('consumer-lag', orchestrator.name, { n: '5' });
    expect([tooMany.code, tooMany.ended.ending]).toEqual([3, 'not-applicable']);
    expect(tooMany.ended.why).toContain('requires partitions >= 5: not met, partitions is 3');
    const same = await run('consumer-lag', orchestrator.name, { n: '2' });
    expect([same.code, same.ended.ending]).toEqual([3, 'not-applicable']);
    expect(same.ended.why).toContain('already has 2 replicas');
  });

  test('a third pod takes over a partition: recovered, with an undo', async () => {
    await stall();
    const stop = new AbortController();
    const third = consumeWithThird(stop.signal);
    const { code, ended } = await run('consumer-lag', orchestrator.name, { n: '3' });
    stop.abort();
    await third;
    expect([ended.ending, ended.why]).toEqual([
      'recovered',
      'Deployment is available; Replica count matches the request; All replicas have joined the group; Lag is decreasing and below its value before',
    ]);
    // The step is verified while the lag drains, as fast as this machine reads.
    expect(code).toBe(ended.outcome === 'incident-goes-on' ? 5 : 0);
    expect(ended.undo).toMatchObject([{ use: 'k8s.scale', with: { replicas: 2 } }]);
    expect((await podsOf(cluster, orchestrator)).length).toBe(3);
  });
});
