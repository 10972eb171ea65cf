import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { formatBrokers, planBroker, startBroker } from '../kafka/broker.ts';
import { areAllUp } from '../kafka/client.ts';
import { type Release, release4, release39 } from '../kafka/release.ts';
import { find } from '../machine/command.ts';
import { packageMissing } from '../provision/debian.ts';
import { jarsOf, propertyOf } from '../provision/jars.ts';
import type { Availability, Machine, RealServer, Tier } from './server.ts';

/** Packages for Kafka: Java, and Maven for its jars. */
export const kafkaPackages = [
  { program: 'java', name: 'default-jdk-headless' },
  { program: 'mvn', name: 'maven' },
] as const;

export const haveKafka = async ({ name, pom }: Release, machine: Machine): Promise<Availability> => {
  if ((await find('java')) === undefined) return packageMissing('default-jdk-headless', machine.provision);
  const jars = await jarsOf(name, pom, machine);
  return jars.is === 'available'
    ? { is: 'available', version: await propertyOf(pom, 'kafka.version') }
    : jars;
};

/** Returns the settings of a new cluster with built jars. A cluster ID of Kafka is 16 bytes in base64url. */
export const setupOf = async (release: Release, machine: Machine) => {
  const jars = await jarsOf(release.name, release.pom, { ...machine, provision: false });
  if (jars.is !== 'available') throw new Error(jars.why);
  const clusterId = randomBytes(16).toString('base64url');
  return { release, jars: jars.dir, clusterId, signal: machine.signal };
};

/** One broker that is also the controller. */
const kafkaServer = (release: Release, tier: Tier): RealServer => ({
  name: release.name,
  tier,
  packages: kafkaPackages,
  uses: [],
  have: (machine) => haveKafka(release, machine),
  start: async ({ dir, version, machine }) => {
    const began = performance.now();
    const setup = await setupOf(release, machine);
    const broker = await planBroker(1, join(dir, 'broker-1'));
    await formatBrokers([broker], setup);
    const open = `127.0.0.1:${broker.open}`;
    const { end } = await startBroker(broker, setup, () => areAllUp([open]));
    const readyMs = Math.round(performance.now() - began);
    const details = { brokers: open, jars: setup.jars, release: release.name };
    return {
      address: { name: release.name, kind: 'kafka', version, port: broker.login, details },
      readyMs,
      end,
    };
  },
});

export const kafka4 = kafkaServer(release4, 'fast');
export const kafka39 = kafkaServer(release39, 'all');
