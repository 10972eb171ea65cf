import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secret } from '../../contract/wired.ts';
import { freePort } from '../../support/free-port.ts';
import { command } from '../machine/command.ts';
import { type Launched, launch } from '../machine/launch.ts';
import { user } from '../servers/passwords.ts';
import { javaArgs, type Release } from './release.ts';

/** A broker with its three listeners, all on loopback. */
export interface Broker {
  readonly id: number;
  readonly dir: string;
  /** Anonymous listener with all permissions, for the suites. */
  readonly open: number;
  /** SASL SCRAM-SHA-256 listener (user `opsdeck`, the contract's secret), with the permissions of its ACLs, for sources. */
  readonly login: number;
  readonly controller: number;
}

/** Settings shared by the brokers of a cluster. */
export interface ClusterSetup {
  readonly release: Release;
  readonly jars: string;
  readonly clusterId: string;
  readonly signal: AbortSignal;
}

const heapMb = 256;
const withinMs = 60_000;

/** Creates the directory of a broker and reserves three ports; nothing runs yet. */
export const planBroker = async (id: number, dir: string): Promise<Broker> => {
  await mkdir(dir, { recursive: true });
  return { id, dir, open: await freePort(), login: await freePort(), controller: await freePort() };
};

const settings = (it: Broker, all: readonly Broker[]): readonly string[] => {
  const replicas = all.length;
  const listening = [`OPEN://127.0.0.1:${it.open}`, `LOGIN://127.0.0.1:${it.login}`];
  return [
    'process.roles=broker,controller',
    `node.id=${it.id}`,
    `controller.quorum.voters=${all.map(({ id, controller }) => `${id}@127.0.0.1:${controller}`).join(',')}`,
    `listeners=${[...listening, `CONTROLLER://127.0.0.1:${it.controller}`].join(',')}`,
    `advertised.listeners=${listening.join(',')}`,
    'listener.security.protocol.map=OPEN:PLAINTEXT,LOGIN:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=OPEN',
    'sasl.enabled.mechanisms=SCRAM-SHA-256',
    'listener.name.login.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;',
    'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found=true',
    'super.users=User:ANONYMOUS',
    `log.dirs=${join(it.dir, 'data')}`,
    `default.replication.factor=${replicas}`,
    `offsets.topic.replication.factor=${replicas}`,
    'offsets.topic.num.partitions=3',
    `transaction.state.log.replication.factor=${replicas}`,
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'group.coordinator.rebalance.protocols=classic,consumer',
    'auto.create.topics.enable=false',
    // A stopped broker leaves the in-sync replicas after this time instead of half a minute.
    'replica.lag.time.max.ms=3000',
    'broker.session.timeout.ms=3000',
    'broker.heartbeat.interval.ms=500',
  ];
};

/** Writes the configuration of each broker and formats its storage. Rejects with the tool's output. */
export const formatBrokers = async (brokers: readonly Broker[], setup: ClusterSetup): Promise<void> => {
  const tool = [...javaArgs(setup.release, setup.jars, heapMb), 'kafka.tools.StorageTool', 'format'];
  for (const broker of brokers) {
    const file = join(broker.dir, 'server.properties');
    await writeFile(file, `${settings(broker, brokers).join('\n')}\n`);
    // One cluster id in 64 begins with a dash, which `-t ID` would parse as an option.
    const args = [
      `--cluster-id=${setup.clusterId}`,
      '-c',
      file,
      '-S',
      `SCRAM-SHA-256=[name=${user},password=${secret}]`,
    ];
    const { status, output } = await command('java', [...tool, ...args], { signal: setup.signal });
    if (status !== 0) throw new Error(`cannot format the storage (${status})\n${output.trim()}`);
  }
};

/** Starts a broker with formatted storage, and waits until `isReady`. */
export const startBroker = (
  { dir }: Broker,
  { release, jars, signal }: ClusterSetup,
  isReady: () => Promise<boolean>,
): Promise<Launched> =>
  launch({
    program: 'java',
    args: [...javaArgs(release, jars, heapMb), 'kafka.Kafka', join(dir, 'server.properties')],
    dir,
    isReady,
    withinMs,
    signal,
  });
