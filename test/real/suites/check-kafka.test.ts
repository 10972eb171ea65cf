import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { secret } from '../../contract/wired.ts';
import { type Checking, openChecking } from '../checked.ts';
import { asAdmin, brokersOf, kafkaOf } from '../kafka/client.ts';
import { joinGroup } from '../kafka/members.ts';
import { restartBroker, stopBroker } from '../kafka/outage.ts';
import { createTopic, produce } from '../kafka/topics.ts';
import { until } from '../machine/until.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const kafka = kafkaOf(server);
const isCluster = server.kind === 'kafka-cluster';
const brokers = isCluster ? brokersOf(server) : [`127.0.0.1:${server.port}`];
const login = isCluster
  ? ''
  : ', sasl: { mechanism: scram-sha-256, user: opsdeck, password: "${env:KAFKA}" }';
const env = { KAFKA: secret };
const topic = 'checked';
let checking: Checking;
let silent: AsyncDisposable;

const entry = (more: string): string => `sources:
  kafka: { type: kafka, brokers: [${brokers.map((broker) => `"${broker}"`).join(', ')}], cluster: real${login}${more} }
signals:
  - { id: brokers, title: Brokers, source: kafka, read: { brokers: true }, unit: "", crit: "<${brokers.length}" }
  - { id: parts, title: Partitions, source: kafka, read: { partitions: ${topic} }, unit: "" }
`;
const good = entry(`, topics: [${topic}], groups: [reading]`);

beforeAll(async () => {
  checking = await openChecking();
  await createTopic(kafka, topic, 1, brokers.length);
  await produce(kafka, topic, [7]);
  // The group exists before its first commit.
  silent = await joinGroup(kafka, { group: 'silent', topic, commits: false });
  await using _ = await joinGroup(kafka, { group: 'reading', topic });
  await until(
    'the group has read all messages',
    async () => (await checking.check(good, env)).lag[0]?.lag === 0,
  );
}, 90_000);
afterAll(async () => {
  await silent[Symbol.asyncDispose]();
  await asAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] }));
  await checking[Symbol.asyncDispose]();
});

describe('opsdeck on a real Kafka, the built program', () => {
  test('check, doctor and validate of a good cluster', async () => {
    const result = await checking.check(good, env);
    expect([result.code, result.level, result.faults]).toEqual([0, 'ok', []]);
    expect(result.signals).toMatchObject([
      { id: 'brokers', value: brokers.length, level: 'ok' },
      { id: 'parts', value: 1, level: 'ok' },
    ]);
    expect(result.lag).toMatchObject([
      { group: 'reading', topic, partition: 0, committed: '7', end: '7', lag: 0, level: 'ok' },
    ]);
    expect(result.health.map(({ status }) => status)).toEqual(['up', ...brokers.map(() => 'up')]);
    const { code, findings } = await checking.doctor(good, env);
    expect([code, findings.filter(({ ok }) => !ok)]).toEqual([0, []]);
    expect(findings[0]?.what).toMatch(/^Kafka cluster \S{22}, controller \d, \d brokers?$/);
    expect(await checking.validate(good, env)).toBe('');
  });

  test('the lag of a group without commits is unknown, not 0 and not -1', async () => {
    const result = await checking.check(entry(', groups: [silent]'), env);
    expect(result.lag).toMatchObject([{ group: 'silent', topic, committed: null, end: '7', lag: null }]);
    expect(result.lag[0]?.level).not.toBe('ok');
  });

  test('both commands report a missing group and topic, without effect on other data', async () => {
    const wrong = entry(', groups: [reading, absent], topics: [checked, nothing]');
    const result = await checking.check(wrong, env);
    expect(result.lag).toMatchObject([{ group: 'reading', lag: 0 }]);
    expect(result.faults).toMatchObject([
      {
        kind: 'missing',
        message: expect.stringMatching(
          /this cluster has no consumer group absent: check groups of the source/,
        ),
      },
    ]);
    const { code, findings } = await checking.doctor(wrong, env);
    expect([code, findings.filter(({ ok }) => !ok)]).toMatchObject([
      1,
      [
        {
          what: 'no consumer group absent in this cluster',
          remedy: expect.stringMatching(/^check groups of the source\./),
        },
        {
          what: expect.stringMatching(/topic nothing: the topic or partition does not exist: check the name/),
        },
      ],
    ]);
  });

  if (!isCluster)
    test('a wrong password: unknown, and the password is not in the output', async () => {
      const wrong = { KAFKA: 'not+the+password' };
      const result = await checking.check(good, wrong);
      expect([result.code, result.level]).toEqual([3, 'unknown']);
      expect(new Set(result.faults.map(({ kind }) => kind))).toEqual(new Set(['denied']));
      expect(JSON.stringify(result)).not.toContain(wrong.KAFKA);
      expect((await checking.doctor(good, wrong)).code).toBe(3);
    });

  if (isCluster)
    test('one of three brokers down: names it, and keeps all other data', {
      timeout: 120_000,
    }, async () => {
      await stopBroker(server, 3);
      try {
        await until('the replica is out of sync', async () => {
          const { health } = await checking.check(good, env);
          return /under-replicated/.test(String(health[0]?.detail));
        });
        const result = await checking.check(good, env);
        expect([result.code, result.level, result.faults]).toEqual([2, 'crit', []]);
        expect(result.health).toMatchObject([
          {
            status: 'degraded',
            level: 'warn',
            detail: expect.stringContaining('broker 3 is not in the cluster'),
          },
          { instance: 'broker-1', status: 'up' },
          { instance: 'broker-2', status: 'up' },
          { instance: 'broker-3', status: 'down', level: 'crit' },
        ]);
        expect(result.signals[0]).toMatchObject({ id: 'brokers', value: 2, level: 'crit' });
        expect(result.lag).toMatchObject([{ group: 'reading', lag: 0, level: 'ok' }]);
        const { code, findings } = await checking.doctor(good, env);
        expect([code, findings.filter(({ ok }) => !ok)]).toMatchObject([
          1,
          [{ what: 'broker 3 has replicas of partitions, but is not in the cluster' }],
        ]);
      } finally {
        await restartBroker(server, 3);
      }
    });
});
