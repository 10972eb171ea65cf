import { dirname, resolve } from 'node:path';

/** One line of Apache Kafka: its POM, and how its logging is told to be quiet. */
export interface Release {
  readonly name: string;
  readonly pom: string;
  readonly logging: string;
}

const here = 'test/real/kafka';
const pom39 = `${here}/kafka-3.9/pom.xml`;

export const release4: Release = {
  name: 'kafka-4',
  pom: `${here}/pom.xml`,
  logging: `-Dlog4j2.configurationFile=${resolve(here, 'log4j2.properties')}`,
};

export const release39: Release = {
  name: 'kafka-3.9',
  pom: pom39,
  logging: `-Dlog4j.configuration=file:${resolve(dirname(pom39), 'log4j.properties')}`,
};

/** The release of this name. */
export const releaseOf = (name: string): Release => (name === release4.name ? release4 : release39);

/** What every program of a release is started with: quick to start, and small. */
export const javaArgs = ({ logging }: Release, jars: string, heapMb: number): readonly string[] => [
  `-Xmx${heapMb}m`,
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  logging,
  '-cp',
  `${jars}/*`,
];
