import { type Kafka, Partitioners } from 'kafkajs';
import { until } from '../machine/until.ts';
import { asAdmin } from './client.ts';

/** Makes a topic; resolves when every partition has a leader. */
export const makeTopic = async (
  kafka: Kafka,
  topic: string,
  partitions: number,
  replicas = 1,
): Promise<void> => {
  await asAdmin(kafka, async (admin) => {
    // Its own wait for leaders gives up when it asks a broker that has not heard of the topic yet.
    const made = await admin.createTopics({
      waitForLeaders: false,
      topics: [{ topic, numPartitions: partitions, replicationFactor: replicas }],
    });
    if (!made) throw new Error(`there is a topic ${topic} already`);
    await until(`${topic} has leaders`, async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] }).catch(() => ({ topics: [] }));
      const found = topics.flatMap((one) => one.partitions);
      return found.length === partitions && found.every(({ leader }) => leader >= 0);
    });
  });
};

/** Writes this number of small messages into each partition. */
export const produce = async (
  kafka: Kafka,
  topic: string,
  perPartition: readonly number[],
): Promise<void> => {
  // A batch that is sent again, because its answer was late or its leader new, must not be there twice.
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  try {
    const messages = perPartition.flatMap((count, partition) =>
      Array.from({ length: count }, (_, at) => ({ partition, value: `message ${at}` })),
    );
    await producer.send({ topic, messages });
  } finally {
    await producer.disconnect();
  }
};
