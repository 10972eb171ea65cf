import { declareReads, lazyClient } from '../../platform/protocol.ts';
import type { KafkaReader, KafkaTarget } from './kafka-types.ts';

/**
 * The read-only client of a Kafka cluster: calls not known to be reads are refused before they are sent. Calls throw
 * WireError.
 */
export const kafkaReads = declareReads('kafka', (transport, target: KafkaTarget): KafkaReader => {
  const { client, close } = lazyClient(async () =>
    (await import('./client.ts')).openKafkaReader(target, transport),
  );
  return { withSession: async (signal, use) => (await client()).withSession(signal, use), close };
});
