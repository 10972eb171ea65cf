import { declareChanges } from '../../platform/protocol.ts';
import type { KafkaChange, KafkaTarget } from './kafka-types.ts';

const line = (change: KafkaChange): string => {
  switch (change.is) {
    case 'create-topic':
      return `CreateTopics ${change.topic}`;
    case 'add-partitions':
      return `CreatePartitions ${change.topic} to ${change.count}`;
    case 'set-offsets':
      return `OffsetCommit ${change.group} on ${change.topic}`;
  }
};

/** One change to a Kafka cluster. Throws WireError; a ChangeError if the outcome is known. */
export const kafkaChanges = declareChanges<KafkaTarget, KafkaChange, void>({
  name: 'kafka',
  load: async () => (await import('./change.ts')).changeKafka,
  line,
  outcome: () => 'done',
});
