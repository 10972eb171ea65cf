import { resolve } from 'node:path';
import { mongoReads } from '../../../src/clients/mongodb/reading.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { find } from '../machine/command.ts';
import { launch } from '../machine/launch.ts';
import { freePort } from '../machine/port.ts';
import { packageMissing } from '../provision/debian.ts';
import { jarsOf, propertyOf } from '../provision/jars.ts';
import type { RealServer } from './server.ts';

const name = 'mongo-java-server';
const pom = 'test/real/mongodb/pom.xml';
/** A single-file program: the compiler of the JDK runs it from its source. */
const program = 'test/real/mongodb/Server.java';
const withinMs = 30_000;

const isReady = async (port: number): Promise<boolean> => {
  const io = openReadIo(systemClock());
  try {
    const reader = io.open(mongoReads, { url: `mongodb://127.0.0.1:${port}/shop` });
    await reader.ask({ commands: [{ database: 'admin', command: { ping: 1 } }] }, AbortSignal.timeout(2000));
    return true;
  } finally {
    await io.close();
  }
};

/** An independent implementation of MongoDB's wire protocol, in memory; not MongoDB itself. It has no logins. */
export const mongoJavaServer: RealServer = {
  name,
  tier: 'fast',
  packages: [
    { program: 'javac', name: 'default-jdk-headless' },
    { program: 'mvn', name: 'maven' },
  ],
  uses: [],
  have: async (machine) => {
    if ((await find('javac')) === undefined) return packageMissing('default-jdk-headless', machine.provision);
    const jars = await jarsOf(name, pom, machine);
    return jars.is === 'available'
      ? { is: 'available', version: await propertyOf(pom, 'mongo.version') }
      : jars;
  },
  start: async ({ dir, version, machine }) => {
    const jars = await jarsOf(name, pom, { ...machine, provision: false });
    if (jars.is !== 'available') throw new Error(jars.why);
    const port = await freePort();
    const launched = await launch({
      program: 'java',
      args: [
        ...['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', `${jars.dir}/*`],
        ...[resolve(program), String(port)],
      ],
      dir,
      isReady: () => isReady(port),
      withinMs,
      signal: machine.signal,
    });
    return { ...launched, address: { name, kind: 'mongodb', version, port } };
  },
};
