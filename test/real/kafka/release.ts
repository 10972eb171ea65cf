import { dirname, resolve } from 'node:path';

/** A release line of Apache Kafka: its POM, and the JVM option that reduces its logging. */
export interface Release {
  readonly name: string;
  readonly pom: string;
  readonly logging: string;
}

const dir = 'test/real/kafka';
const pom39 = `${dir}/kafka-3.9/pom.xml`;

export const release4: Release = {
  name: 'kafka-4',
  pom: `${dir}/pom.xml`,
  logging: `-Dlog4j2.configurationFile=${resolve(dir, 'log4j2.properties')}`,
};

export const release39: Release = {
  name: 'kafka-3.9',
  pom: pom39,
  logging: `-Dlog4j.configuration=file:${resolve(dirname(pom39), 'log4j.properties')}`,
};

/** Returns the release with this name. */
export const releaseOf = (name: string): Release => (name === release4.name ? release4 : release39);

/** JVM arguments for the programs of a release: fast start and a small heap. */
export const javaArgs = ({ logging }: Release, jars: string, heapMb: number): readonly string[] => [
  `-Xmx${heapMb}m`,
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  logging,
  '-cp',
  `${jars}/*`,
];
