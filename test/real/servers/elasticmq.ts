import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.ts';
import { find } from '../machine/command.ts';
import { launch } from '../machine/launch.ts';
import { packageMissing } from '../provision/debian.ts';
import { jarsOf, propertyOf } from '../provision/jars.ts';
import type { RealServer } from './server.ts';

const name = 'elasticmq';
const pom = 'test/real/elasticmq/pom.xml';
const withinMs = 30_000;

/** Its configuration: queues in memory, with the limits of SQS. Source: ElasticMQ README, configuration. */
const configuration = (port: number): string =>
  [
    'include classpath("application.conf")',
    `node-address { protocol = http, host = "127.0.0.1", port = ${port}, context-path = "" }`,
    `rest-sqs { enabled = true, bind-hostname = "127.0.0.1", bind-port = ${port}, sqs-limits = strict }`,
    'rest-stats { enabled = false }',
    'aws { region = eu-central-1, accountId = 123456789012 }',
    '',
  ].join('\n');

/** ElasticMQ, an implementation of SQS that is not ours, with move tasks. It verifies no signatures and has no other service. */
export const elasticmq: RealServer = {
  name,
  tier: 'fast',
  packages: [
    { program: 'java', name: 'default-jdk-headless' },
    { program: 'mvn', name: 'maven' },
  ],
  uses: [],
  have: async (machine) => {
    if ((await find('java')) === undefined) return packageMissing('default-jdk-headless', machine.provision);
    const jars = await jarsOf(name, pom, machine);
    return jars.is === 'available'
      ? { is: 'available', version: await propertyOf(pom, 'elasticmq.version') }
      : jars;
  },
  start: async ({ dir, version, machine }) => {
    const jars = await jarsOf(name, pom, { ...machine, provision: false });
    if (jars.is !== 'available') throw new Error(jars.why);
    const port = await freePort();
    const file = join(dir, 'elasticmq.conf');
    await writeFile(file, configuration(port));
    const launched = await launch({
      program: 'java',
      args: [
        ...['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Dconfig.file=${file}`],
        ...['-cp', `${jars.dir}/*`, 'org.elasticmq.server.Main'],
      ],
      dir,
      readyUrl: `http://127.0.0.1:${port}/health`,
      withinMs,
      signal: machine.signal,
    });
    return { ...launched, address: { name, kind: 'elasticmq', version, port } };
  },
};
