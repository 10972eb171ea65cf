import { join } from 'node:path';
import { formatBrokers, planBroker, startBroker } from '../kafka/broker.ts';
import { areAllUp, isResponding } from '../kafka/client.ts';
import { release4 } from '../kafka/release.ts';
import { supervise } from '../kafka/supervise.ts';
import { haveKafka, kafkaPackages, setupOf } from './kafka.ts';
import type { RealServer } from './server.ts';

const name = 'kafka-4-cluster';
const ids = [1, 2, 3];

/** Three brokers, each also a controller; a suite may stop and restart one (`test/real/kafka/outage.ts`). */
export const kafkaCluster: RealServer = {
  name,
  tier: 'all',
  packages: kafkaPackages,
  uses: [],
  have: (machine) => haveKafka(release4, machine),
  start: async ({ dir, version, machine }) => {
    const began = performance.now();
    const setup = await setupOf(release4, machine);
    const brokers = await Promise.all(ids.map((id) => planBroker(id, join(dir, `broker-${id}`))));
    await formatBrokers(brokers, setup);
    const addresses = brokers.map(({ open }) => `127.0.0.1:${open}`);
    const first = await Promise.all(
      brokers.map((broker) => startBroker(broker, setup, () => areAllUp(addresses))),
    );
    const supervised = await Promise.all(
      brokers.map(async (broker, index) => {
        const launched = first[index];
        if (launched === undefined) throw new Error(`broker ${broker.id} was not started`);
        return supervise(broker.dir, launched, () =>
          startBroker(broker, setup, () => isResponding(`127.0.0.1:${broker.open}`)),
        );
      }),
    );
    const details = {
      brokers: addresses.join(','),
      dirs: brokers.map((broker) => broker.dir).join(','),
      jars: setup.jars,
      release: release4.name,
    };
    return {
      address: { name, kind: 'kafka-cluster', version, port: brokers[0]?.login ?? 0, details },
      readyMs: Math.round(performance.now() - began),
      end: async () => void (await Promise.all(supervised.map(({ end }) => end()))),
    };
  },
};
