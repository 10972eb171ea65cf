import { type Admin, Kafka } from 'kafkajs';
import type { Address } from '../servers/server.ts';
import { detailOf } from '../setting.ts';

/** kafkajs without its own log; two attempts, because a group's coordinator is not found at once. */
const kafkaAt = (brokers: readonly string[], retries = 2): Kafka =>
  new Kafka({
    clientId: 'suite',
    brokers: [...brokers],
    logCreator: () => () => {},
    connectionTimeout: 2000,
    requestTimeout: 10_000,
    retry: { retries, initialRetryTime: 200 },
  });

/** The brokers of a server on their anonymous listener. */
export const brokersOf = (server: Address): readonly string[] => detailOf(server, 'brokers').split(',');

export const kafkaOf = (server: Address): Kafka => kafkaAt(brokersOf(server));

/** Does something with an administrator, who may do anything. */
export const asAdmin = async <T>(kafka: Kafka, act: (admin: Admin) => Promise<T>): Promise<T> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await act(admin);
  } finally {
    await admin.disconnect();
  }
};

/** Whether all brokers of a cluster are there, by what the first says. */
export const allThere = async (brokers: readonly string[]): Promise<boolean> => {
  const { brokers: seen } = await asAdmin(kafkaAt(brokers.slice(0, 1), 0), (admin) =>
    admin.describeCluster(),
  );
  return seen.length === brokers.length;
};

/** Whether this broker answers for itself. */
export const answers = async (broker: string): Promise<boolean> =>
  (await asAdmin(kafkaAt([broker], 0), (admin) => admin.describeCluster())).brokers.length > 0;
