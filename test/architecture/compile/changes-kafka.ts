/** A source that produces to Kafka, or commits offsets, with a ReadIo. */
import { kafkaChanges } from '../../../src/clients/kafka/changing.ts';
import { kafkaReads } from '../../../src/clients/kafka/reading.ts';
import type { ReadIo } from '../../../src/doors/io.ts';

const target = { brokers: ['bus:9092'] };

export const change = async (io: ReadIo, signal: AbortSignal): Promise<void> => {
  const create = { is: 'add-partitions', topic: 'orders', count: 6 } as const;
  const kafka = io.open(kafkaReads, target);
  // error TS2339: Property 'produce' does not exist on type 'KafkaReader'
  await kafka.produce({ topic: 'orders' }, signal);
  // error TS2339: Property 'commit' does not exist on type 'KafkaSession'
  await kafka.withSession(signal, (session) => session.commit('billing'));
  // error TS2345: Argument of type 'DeclaredChanges
  io.open(kafkaChanges, target);
  // error TS2339: Property 'call' does not exist on type 'ReadIo'
  await io.call(kafkaChanges, target, create, signal);
};
