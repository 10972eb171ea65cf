import { once } from '../../platform/once.ts';
import { declareReads } from '../../platform/protocol.ts';
import type { KafkaReader, KafkaTarget } from './kafka.ts';

/** The reading half of a Kafka cluster: what is not known to read is refused before it is sent. Calls throw WireError. */
export const kafkaReads = declareReads('kafka', (transport, target: KafkaTarget): KafkaReader => {
  let asked = false;
  const reader = once(async () => {
    asked = true;
    return (await import('./client.ts')).openKafkaReader(target, transport);
  });
  return {
    look: async (signal, look) => (await reader()).look(signal, look),
    close: async () => {
      if (asked) await (await reader()).close();
    },
  };
});
