import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { formatBrokers, planBroker, startBroker } from '../kafka/broker.ts';
import { allThere } from '../kafka/client.ts';
import { type Release, release4, release39 } from '../kafka/release.ts';
import { find } from '../machine/command.ts';
import { lacking } from '../provision/debian.ts';
import { jarsOf, propertyOf } from '../provision/jars.ts';
import type { Had, Machine, RealServer, Tier } from './server.ts';

/** Packages for Kafka: Java, and Maven for its jars. */
export const kafkaPackages = [
  { program: 'java', name: 'default-jdk-headless' },
  { program: 'mvn', name: 'maven' },
] as const;

export const haveKafka = async ({ name, pom }: Release, machine: Machine): Promise<Had> => {
  if ((await find('java')) === undefined) return lacking('default-jdk-headless', machine.provision);
  const jars = await jarsOf(name, pom, machine);
  return jars.is === 'had' ? { is: 'had', version: await propertyOf(pom, 'kafka.version') } : jars;
};

/** The directory of the jars; Kafka's cluster ids are 16 bytes in base64url. */
export const plantOf = async (release: Release, machine: Machine) => {
  const jars = await jarsOf(release.name, release.pom, { ...machine, provision: false });
  if (jars.is !== 'had') throw new Error(jars.why);
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
    const plant = await plantOf(release, machine);
    const broker = await planBroker(1, join(dir, 'broker-1'));
    await formatBrokers([broker], plant);
    const open = `127.0.0.1:${broker.open}`;
    const { end } = await startBroker(broker, plant, () => allThere([open]));
    const readyMs = Math.round(performance.now() - began);
    const details = { brokers: open, jars: plant.jars, release: release.name };
    return {
      address: { name: release.name, kind: 'kafka', version, port: broker.login, details },
      readyMs,
      end,
    };
  },
});

export const kafka4 = kafkaServer(release4, 'fast');
export const kafka39 = kafkaServer(release39, 'all');
