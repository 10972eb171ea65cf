import { type Kafka, Partitioners } from 'kafkajs';
import { until } from '../machine/until.ts';
import { asAdmin } from './client.ts';

/** Creates a topic; resolves when every partition has a leader. */
export const createTopic = async (
  kafka: Kafka,
  topic: string,
  partitions: number,
  replicas = 1,
): Promise<void> => {
  await asAdmin(kafka, async (admin) => {
    // kafkajs stops waiting for leaders when it asks a broker that does not know the topic yet.
    const isCreated = await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic, numPartitions: partitions, replicationFactor: replicas }],
    });
    if (!isCreated) throw new Error(`topic ${topic} already exists`);
  });
  await hasPartitions(kafka, topic, partitions);
};

/** Resolves when a topic has so many partitions, each with a leader: a broker knows a change after the controller has made it. */
export const hasPartitions = (kafka: Kafka, topic: string, partitions: number): Promise<void> =>
  asAdmin(kafka, (admin) =>
    until(`${topic} has ${partitions} partitions with leaders`, async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => ({ topics: [] }));
      const current = topics.flatMap((topicMetadata) => topicMetadata.partitions);
      return current.length === partitions && current.every(({ leader }) => leader >= 0);
    }),
  );

/** Writes small messages; `perPartition`: their number by partition. */
export const produce = async (
  kafka: Kafka,
  topic: string,
  perPartition: readonly number[],
): Promise<void> => {
  // A batch is resent after a late response or a leader change, and must not be written twice.
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  try {
    const messages = perPartition.flatMap((count, partition) =>
      Array.from({ length: count }, (_, index) => ({ partition, value: `message ${index}` })),
    );
    await producer.send({ topic, messages });
  } finally {
    await producer.disconnect();
  }
};
