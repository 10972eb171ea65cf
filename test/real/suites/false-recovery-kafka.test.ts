import { afterAll, beforeAll, describe, test } from 'vitest';
import { secret } from '../../contract/wired.ts';
import { isNotRecovered, isRecovered, lever, patientMs, type Situation } from '../false-recovery/attempt.ts';
import { type Lever, openLever } from '../false-recovery/lever.ts';
import { asAdmin, kafkaOf } from '../kafka/client.ts';
import { joinGroup } from '../kafka/members.ts';
import { createTopic, produce } from '../kafka/topics.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const kafka = kafkaOf(server);
const topic = 'orders';
const groups = { deleted: 'orders-deleted', reading: 'orders-reading' } as const;

let stack: AsyncDisposableStack;
let idle: Lever;

/** Commits the beginning of the topic as a group without members. */
const commit = async (group: string): Promise<void> => {
  await asAdmin(kafka, (admin) =>
    admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '0' }] }),
  );
};

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  idle = stack.use(await openLever());
  await createTopic(kafka, topic, 1);
  stack.defer(() => asAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] })));
  await produce(kafka, topic, [300]);
  for (const group of Object.values(groups)) await commit(group);
}, 90_000);
afterAll(() => stack.disposeAsync());

const about = (group: string): Situation => ({
  sources: {
    [lever]: idle.source,
    kafka: {
      type: 'kafka',
      brokers: [`127.0.0.1:${server.port}`],
      cluster: 'real',
      topics: [topic],
      sasl: { mechanism: 'scram-sha-256', user: 'opsdeck', password: '${env:KAFKA}' },
    },
  },
  when: `any(lag[group = "${group}"] | lag > 100)`,
  verify: [`not any(lag[group = "${group}"] | lag > 100)`],
  env: { KAFKA: secret },
});

describe.concurrent('the lag of a consumer group', { timeout: patientMs }, () => {
  test('the group is deleted after an action without effect: not recovered', async () => {
    const remove = (): Promise<unknown> => asAdmin(kafka, (admin) => admin.deleteGroups([groups.deleted]));
    await isNotRecovered({ ...about(groups.deleted), afterwards: remove }, /orders-deleted/);
  });

  test('a consumer reads all messages: recovered', async () => {
    await using opened = new AsyncDisposableStack();
    const consume = async (): Promise<void> => {
      opened.use(await joinGroup(kafka, { group: groups.reading, topic }));
    };
    await isRecovered({ ...about(groups.reading), within: '30s', afterwards: consume });
  });
});
