import { WireError } from '../../platform/runtime/wire-error.ts';
import type { BrokerPool } from './broker-pool.ts';
import type { KafkaSession } from './kafka-types.ts';
import { clusterLog, describeQuorum } from './quorum-call.ts';

/** Reads the epoch of the controller. A cluster with ZooKeeper or without DESCRIBE on the cluster does not tell it. */
export const createControllerReader = (brokers: BrokerPool): Pick<KafkaSession, 'controllerEpoch'> => ({
  controllerEpoch: async () => {
    try {
      const topics = [{ name: clusterLog, partitions: [{ partition: 0 }] }];
      const answer = await brokers.askAny(describeQuorum, { topics });
      const log = answer.topics.find(({ name }) => name === clusterLog)?.partitions[0];
      return log === undefined || answer.error !== 0 || log.error !== 0 || log.leader < 0
        ? undefined
        : log.epoch;
    } catch (error) {
      if (error instanceof WireError && !brokers.signal.aborted) return undefined;
      throw error;
    }
  },
});
