import { expect, test } from 'vitest';
import { decodeResponse, encodeResponse } from '../../../src/clients/kafka/call.ts';
import { metadata } from '../../../src/clients/kafka/cluster-calls.ts';
import { offsetFetch } from '../../../src/clients/kafka/group-calls.ts';
import type { Lag } from '../../../src/kinds/lag/fact.ts';
import type { RequestInterceptor } from '../../../src/simulator/servers/kafka/endpoint.ts';
import { kafkaHealthRows } from '../../../src/sources/kafka/health.ts';
import { freePort } from '../../support/free-port.ts';
import { longTest } from '../../support/layer.ts';
import { never } from '../open-source.ts';
import { openFixture } from './fixture.ts';

const lags = (items: readonly object[]): readonly Lag[] =>
  items.filter((item): item is Lag => 'motion' in item);

const healthOf = (items: readonly object[]): readonly string[] =>
  items.map((item) =>
    'status' in item && 'instance' in item && 'detail' in item
      ? `${String(item.instance)} ${String(item.status)}: ${String(item.detail)}`
      : '',
  );

/** Rewrites the metadata response: a cluster can advertise wrong addresses. */
const rewriteMetadata =
  (
    change: (
      response: ReturnType<typeof decodeResponse<Parameters<typeof metadata.answer.write>[1]>>,
    ) => Parameters<typeof metadata.answer.write>[1],
  ): RequestInterceptor =>
  ({ name, correlation, socket, answer }) => {
    if (name !== metadata.name) return false;
    socket.write(
      encodeResponse(metadata, correlation, change(decodeResponse(metadata, answer().subarray(8)))),
    );
    return true;
  };

longTest('a lost broker is down with its number. The lag is read from the others', async () => {
  await using fixture = await openFixture();
  fixture.messaging().inject({ brokersDown: [3] });
  const { items, faults } = await fixture.read('health');
  expect(healthOf(items)).toEqual([
    ' degraded: 7 of 7 partitions are under-replicated; broker 3 is not in the cluster: start the broker',
    expect.stringMatching(/^broker-1 up: 127\.0\.0\.1:\d+$/),
    expect.stringMatching(/^broker-2 up: 127\.0\.0\.1:\d+$/),
    'broker-3 down: not in the cluster, but 7 partitions have a replica there',
  ]);
  expect(faults).toEqual([]);
  const lag = await fixture.read('lag');
  expect(lag.faults).toEqual([]);
  expect(lags(lag.items).filter((row) => row.lag === undefined)).toEqual([]);
  const findings = (await fixture.source.doctor?.(never)) ?? [];
  expect(findings.filter(({ ok }) => !ok)).toEqual([
    expect.objectContaining({
      what: 'broker 3 has replicas of partitions, but is not in the cluster',
      remedy: expect.stringContaining('start the broker'),
    }),
  ]);
});

test('an unreachable advertised address is reported. The other brokers are shown', async () => {
  const port = await freePort();
  let dead = 0;
  await using fixture = await openFixture({
    interfere: rewriteMetadata((response) => ({
      ...response,
      brokers: response.brokers.map((broker) => (broker.id === dead ? { ...broker, port } : broker)),
    })),
  });
  const messaging = fixture.messaging();
  const answering = ['saga-orchestrator-group', 'notification-group'].map((name) =>
    messaging.coordinator(name),
  );
  dead = messaging.brokerIds.find((id) => !answering.includes(id)) ?? 0;
  const why = `broker ${dead} advertises 127.0.0.1:${port}, which cannot be reached: connection refused`;
  const health = await fixture.read('health');
  expect(healthOf(health.items).filter((row) => !row.includes(' up: '))).toEqual([
    `broker-${dead} down: ${why}`,
  ]);
  const lag = await fixture.read('lag');
  for (const faults of [health.faults, lag.faults])
    expect(faults).toEqual([
      expect.objectContaining({
        kind: 'unreachable',
        message: why,
        remedy: expect.stringContaining('advertised.listeners'),
      }),
    ]);
  // It leads one partition of three of each topic.
  const rows = lags(lag.items).map(({ committed, lag: behind }) => [
    committed !== undefined,
    behind !== undefined,
  ]);
  expect(rows.filter(([isCommitted]) => isCommitted)).toHaveLength(6);
  expect(rows.filter(([, isKnown]) => isKnown)).toHaveLength(4);
});

longTest(
  'a broker that does not answer costs a third of the timeout, and hides nothing of the others',
  async () => {
    let silent = '';
    const withResolvers = Promise.withResolvers<void>();
    const interfere: RequestInterceptor = ({ socket }) => {
      const isSilent = String(socket.localPort) === silent;
      if (isSilent) withResolvers.resolve();
      return isSilent;
    };
    await using fixture = await openFixture({ interfere });
    silent = fixture.brokers[2]?.split(':')[1] ?? '';
    const reading = fixture.read('lag');
    await withResolvers.promise;
    // The whole reading may take 5 s.
    await fixture.clock.advance(1667);
    const { items, faults } = await reading;
    expect(faults.map(({ kind, message }) => [kind, message])).toEqual([
      ['timeout', expect.stringMatching(/^broker 3 \(127\.0\.0\.1:\d+\): \w+: no answer in 1667 ms$/)],
    ]);
    expect(lags(items).filter((row) => row.lag !== undefined).length).toBeGreaterThan(0);
  },
);

longTest('a canceled health reading returns no broker', async () => {
  let silent = '';
  const withResolvers = Promise.withResolvers<void>();
  const interfere: RequestInterceptor = ({ socket }) => {
    const isSilent = String(socket.localPort) === silent;
    if (isSilent) withResolvers.resolve();
    return isSilent;
  };
  await using fixture = await openFixture({ interfere });
  silent = fixture.brokers[2]?.split(':')[1] ?? '';
  const stop = new AbortController();
  const reading = fixture.source.feeds.find(({ name }) => name === 'health')?.read(stop.signal);
  await withResolvers.promise;
  stop.abort(new DOMException('no longer wanted', 'AbortError'));
  expect(await reading).toEqual({ items: [], faults: [expect.objectContaining({ kind: 'cancelled' })] });
});

test('offline partitions (no leader) are reported for the broker that holds them', async () => {
  await using fixture = await openFixture();
  fixture.messaging().create('alone', 3, 1);
  const holder = fixture.messaging().replicas(fixture.messaging().topics.get('alone') ?? expect.fail(), 1)[0];
  fixture.messaging().inject({ brokersDown: [holder ?? 0] });
  const { items } = await fixture.read('health');
  expect(healthOf(items)[0]).toMatch(
    /^ down: 1 of 10 partitions have no leader, so nothing can be read or written there; \d+ of 10/,
  );
  expect((await fixture.lines('topics'))[0]).toMatch(
    /^alone: 3 partitions, 1 replica · no leader: 1 · under-replicated: 1$/,
  );
  const plan = await fixture.plan('topic', { topic: 'alone' });
  const shown = (await fixture.act('topic', plan)).map((event) => (event.is === 'output' ? event.text : ''));
  expect(shown).toContain(`1: no leader, replicas ${holder}, in sync , offsets unknown to unknown`);
  expect(shown).toContain(
    `unknown: broker ${holder}: no leader for alone/1, whose leader was on this broker`,
  );
});

test('a broker that is too old is reported with the missing call', async () => {
  await using fixture = await openFixture({
    interfere: ({ name, socket, answer }) => {
      if (name !== 'ApiVersions') return false;
      const old = answer();
      // The call with key 9 (OffsetFetch) is supported up to version 7 only.
      for (let index = 14; index < old.length; index += 6)
        if (old.readInt16BE(index) === 9) old.writeInt16BE(7, old.writeInt16BE(1, index + 2));
      socket.write(old);
      return true;
    },
  });
  const { faults } = await fixture.read('lag');
  expect(faults.map(({ kind, message, remedy }) => [kind, message, remedy])).toContainEqual([
    'malformed',
    expect.stringMatching(/^broker \d \(.*\): OffsetFetch: version 8 is needed, the broker supports 1 to 7$/),
    'opsdeck needs brokers of Apache Kafka 3.0 or newer',
  ]);
  const findings = (await fixture.source.doctor?.(never)) ?? [];
  expect(findings.filter(({ ok }) => !ok).map(({ what }) => what)).toContainEqual(
    expect.stringMatching(/^broker 1 at 127\.0\.0\.1:\d+ does not support OffsetFetch$/),
  );
});

test('a cluster of one broker, one topic and one partition uses the singular', () => {
  const partition = { partition: 0, leader: 1, replicas: [1], isr: [1] };
  const topics = [{ name: 'orders', internal: false, partitions: [partition] }];
  const cluster = { clusterId: 'c', brokers: [{ id: 1, host: 'b', port: 9092 }] };
  expect(kafkaHealthRows(cluster, topics, [])[0]?.detail).toBe('1 broker, 1 topic, 1 partition');
  const gone = kafkaHealthRows({ ...cluster, brokers: [] }, topics, []);
  expect(gone[1]?.detail).toBe('not in the cluster, but 1 partition has a replica there');
});

longTest('a group with hidden offsets is not reported as having committed nothing', async () => {
  // Without DESCRIBE on a topic, the coordinator omits it from the offsets of a group.
  const hiding: RequestInterceptor = ({ name, correlation, socket, answer }) => {
    if (name !== offsetFetch.name) return false;
    const response = decodeResponse(offsetFetch, answer().subarray(8));
    const groups = response.groups.map((group) => ({ ...group, topics: [] }));
    socket.write(encodeResponse(offsetFetch, correlation, { ...response, groups }));
    return true;
  };
  await using fixture = await openFixture({
    interfere: hiding,
    signals: [{ id: 'lag', read: { lag: 'replay' } }],
  });
  const messaging = fixture.messaging();
  messaging.commit('replay', messaging.topics.get('saga-events') ?? expect.fail(), 0, 5n);
  const { samples } = await fixture.read('lag');
  const why = 'group replay has committed no offset, or the login lacks DESCRIBE on the topic';
  expect(samples).toMatchObject([{ why }]);
  const plan = await fixture.plan('describe', { group: 'replay' });
  expect(plan.earlier).toMatchObject({ lines: ['replay: Empty · 0 members', why] });
});

longTest('messages deleted from the log are counted as lost, and named in a description', async () => {
  await using fixture = await openFixture();
  const messaging = fixture.messaging();
  const events = messaging.topics.get('saga-events') ?? expect.fail();
  messaging.commit('replay', events, 0, events.low(0) - 40n);
  messaging.commit('replay', events, 1, events.low(1) + 40n);
  const { items } = await fixture.read('lag');
  const own = lags(items).filter(({ group }) => group === 'replay');
  expect(own.map(({ partition, lost }) => [partition, lost])).toEqual([
    [0, 40],
    [1, undefined],
  ]);
  const plan = await fixture.plan('describe', { group: 'replay' });
  expect(JSON.stringify(plan.earlier)).toContain('lost to retention: 40');
  const reset = await fixture.plan('resetOffsets', { group: 'replay', topic: 'saga-events', to: 'earliest' });
  expect(reset.objects[0]).toMatch(/→ \d+, 40 messages lost to retention$/);
});
