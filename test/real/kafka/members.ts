import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { track } from '../machine/children.ts';
import { until } from '../machine/until.ts';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';
import { asAdmin, brokersOf } from './client.ts';
import { javaArgs, releaseOf } from './release.ts';

const java = 'java';

export interface Joining {
  readonly group: string;
  readonly topic: string;
  /** False: it reads but never commits, so that its lag grows while it is a member (stalled). Default true. */
  readonly commits?: boolean;
  /** Processing time per message in ms; default 0. */
  readonly messageMs?: number;
}

/** Joins a group (classic protocol) and reads from the beginning; resolves after partition assignment. */
export const joinGroup = async (
  kafka: Kafka,
  { group, topic, commits = true, messageMs = 0 }: Joining,
): Promise<AsyncDisposable> => {
  const consumer = kafka.consumer({
    groupId: group,
    sessionTimeout: 10_000,
    heartbeatInterval: 500,
    // Leaving the group waits for the pending fetch.
    maxWaitTimeInMs: 200,
  });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommit: commits,
    autoCommitInterval: 100,
    eachMessage: async () => {
      if (messageMs > 0) await sleep(messageMs);
    },
  });
  await joined;
  return { [Symbol.asyncDispose]: () => consumer.disconnect() };
};

/**
 * Joins a group of the new consumer protocol (KIP-848) with Kafka's console consumer, because no client library for Node
 * implements that protocol. Resolves after its first commit.
 */
export const joinNewGroup = async (
  server: Address,
  kafka: Kafka,
  { group, topic }: Joining,
): Promise<AsyncDisposable> => {
  const release = releaseOf(detailOf(server, 'release'));
  const settings = ['group.protocol=consumer', 'auto.commit.interval.ms=200'];
  const child = spawn(
    java,
    [
      ...javaArgs(release, detailOf(server, 'jars'), 96),
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      '--bootstrap-server',
      brokersOf(server).join(','),
      '--topic',
      topic,
      '--group',
      group,
      '--from-beginning',
      ...settings.flatMap((setting) => ['--consumer-property', setting]),
    ],
    { stdio: 'ignore' },
  );
  const { end } = track(child);
  try {
    await until(`${group} has committed`, async () => {
      const committed = await asAdmin(kafka, (admin) => admin.fetchOffsets({ groupId: group }));
      return committed.length > 0;
    });
  } catch (error) {
    await end();
    throw error;
  }
  return { [Symbol.asyncDispose]: end };
};
