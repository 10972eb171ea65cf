import { type Admin, Kafka } from 'kafkajs';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';

/** A silent kafkajs client. It retries, because a group's coordinator may not be available at once. */
const kafkaAt = (brokers: readonly string[], retries = 2): Kafka =>
  new Kafka({
    clientId: 'suite',
    brokers: [...brokers],
    logCreator: () => () => {},
    connectionTimeout: 2000,
    requestTimeout: 10_000,
    retry: { retries, initialRetryTime: 200 },
  });

/** Addresses of a server's anonymous listeners. */
export const brokersOf = (server: Address): readonly string[] => detailOf(server, 'brokers').split(',');

export const kafkaOf = (server: Address): Kafka => kafkaAt(brokersOf(server));

/** Calls `act` with a connected admin client, which has all permissions. */
export const asAdmin = async <T>(kafka: Kafka, act: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await act(admin);
  } finally {
    await admin.disconnect();
  }
};

/** True if the first broker reports all brokers of the cluster. */
export const areAllUp = async (brokers: readonly string[]): Promise<boolean> => {
  const { brokers: seen } = await asAdmin(kafkaAt(brokers.slice(0, 1), 0), (admin) =>
    admin.describeCluster(),
  );
  return seen.length === brokers.length;
};

/** True if this broker responds. Rejects if it cannot be reached. */
export const isResponding = async (broker: string): Promise<boolean> =>
  (await asAdmin(kafkaAt([broker], 0), (admin) => admin.describeCluster())).brokers.length > 0;
