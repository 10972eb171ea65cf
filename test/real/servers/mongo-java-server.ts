import { resolve } from 'node:path';
import { mongoReads } from '../../../src/clients/mongodb/reading.ts';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { freePort } from '../../support/free-port.ts';
import { find } from '../machine/command.ts';
import { type Launched, launch } from '../machine/launch.ts';
import { packageMissing } from '../provision/debian.ts';
import { jarsOf, propertyOf } from '../provision/jars.ts';
import type { RealServer, StartContext } from './server.ts';

const mongoName = 'mongo-java-server';
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

/** Its jars, and its version. */
export const mongoAvailability: RealServer['have'] = async (machine) => {
  if ((await find('javac')) === undefined) return packageMissing('default-jdk-headless', machine.provision);
  const jars = await jarsOf(mongoName, pom, machine);
  return jars.is === 'available'
    ? { is: 'available', version: await propertyOf(pom, 'mongo.version') }
    : jars;
};

/** Starts it on a free port. Rejects when it does not start. */
export const startMongo = async ({
  dir,
  machine,
}: Pick<StartContext, 'dir' | 'machine'>): Promise<Launched & { readonly port: number }> => {
  const jars = await jarsOf(mongoName, pom, { ...machine, provision: false });
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
  return { ...launched, port };
};

/** An independent implementation of MongoDB's wire protocol, in memory; not MongoDB itself. It has no logins. */
export const mongoJavaServer: RealServer = {
  name: mongoName,
  tier: 'fast',
  packages: [
    { program: 'javac', name: 'default-jdk-headless' },
    { program: 'mvn', name: 'maven' },
  ],
  uses: [],
  have: mongoAvailability,
  start: async (context) => {
    const started = await startMongo(context);
    const { version } = context;
    return { ...started, address: { name: mongoName, kind: 'mongodb', version, port: started.port } };
  },
};
