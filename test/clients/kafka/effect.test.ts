import { expect, test } from 'vitest';
import { createTopics, metadata } from '../../../src/clients/kafka/cluster-calls.ts';
import { callEffect, openConnections } from '../../../src/clients/kafka/connections.ts';
import { listGroups, offsetCommit, offsetFetch } from '../../../src/clients/kafka/group-calls.ts';
import { describeQuorum } from '../../../src/clients/kafka/quorum-call.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { cluster, kafkaServer } from './server.ts';

const never = new AbortController().signal;
const topics = (onlyCheck: boolean) => ({ topics: [], timeoutMs: 1000, onlyCheck });

test.each([
  ['OffsetFetch', offsetFetch, { groups: [], onlyStable: false }, 'reads'],
  ['ListGroups', listGroups, {}, 'reads'],
  ['DescribeQuorum', describeQuorum, { topics: [] }, 'reads'],
  ['Metadata', metadata, { topics: undefined, create: false }, 'reads'],
  ['Metadata that creates topics', metadata, { topics: ['orders'], create: true }, 'changes'],
  ['a CreateTopics with validateOnly', createTopics, topics(true), 'checks'],
  ['CreateTopics', createTopics, topics(false), 'changes'],
  ['OffsetCommit', offsetCommit, { onlyCheck: true }, 'changes'],
  ['an unknown call', { key: 0, name: 'Produce', version: 3 }, { create: false }, 'changes'],
])('%s', (_, call, question, effect) => {
  expect(callEffect(call, question)).toBe(effect);
});

test('a read-only client refuses calls with effects before it connects; a changing client sends them', async () => {
  await using server = await kafkaServer((port) => [cluster([{ id: 1, port }], {})]);
  const to = { host: '127.0.0.1', port: server.port };
  const target = { brokers: [server.address] };
  const commit = { group: 'billing', generation: -1, member: '', topics: [] };
  const reading = openConnections(target, openTransport(systemClock()), 'reads');
  await expect(reading.ask(to, offsetCommit, commit, never)).rejects.toThrow('OffsetCommit is not a read');
  expect(server.connections()).toBe(0);
  const changing = openConnections(target, openTransport(systemClock()), 'changes');
  await changing.ask(to, offsetCommit, commit, never).catch(() => {});
  expect(server.connections()).toBe(1);
  reading.close();
  changing.close();
});
