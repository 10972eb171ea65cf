import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { KafkaLogin, KafkaReader, KafkaTarget } from '../../clients/kafka/kafka-types.ts';
import { kafkaReads } from '../../clients/kafka/reading.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { FeedKind } from '../../domain/facts/reading.ts';
import type { ReadIo } from '../../doors/io.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import { type Feed, onDemandStaleMs, type SourceOptions } from '../kit/contract/source.ts';
import type { KafkaConfig } from './config.ts';

/** Size of a cluster as it was last read, which determines the number of requests of a poll. */
interface ClusterSize {
  brokers: number;
  groups: number;
}

/** The shared parts of one Kafka source. */
export interface KafkaParts {
  readonly source: string;
  readonly env: string;
  /** Name of the cluster in rows. */
  readonly cluster: string;
  readonly config: KafkaConfig;
  readonly target: KafkaTarget;
  readonly reader: KafkaReader;
  readonly size: ClusterSize;
  now(): Millis;
  /** Converts our clock to the machine's wall clock, which matches the timestamps of messages. */
  toWallClock(time: Millis): Millis;
  fault(error: unknown): Fault;
}

export const kafkaParts = (
  { id, env, config, dir }: Pick<SourceOptions<KafkaConfig>, 'id' | 'env' | 'config' | 'dir'>,
  io: ReadIo,
): KafkaParts => {
  const { brokers, tls, sasl, timeout } = config;
  const target: KafkaTarget = {
    brokers,
    patienceMs: Math.max(1, Math.round(timeout / 3)),
    ...defined({ tls }),
    ...(sasl === undefined ? {} : { sasl: resolveLogin(sasl, dir) }),
  };
  return {
    source: id,
    env,
    cluster: config.cluster ?? id,
    config,
    target,
    reader: io.open(kafkaReads, target),
    size: { brokers: 1, groups: 0 },
    now: () => io.clock.now(),
    toWallClock: (time) => time + io.clock.wallOffset(),
    fault: (error) => toFault(id, '', error, io.clock.now()),
  };
};

/** Resolves the login. The path of a token file is below the home directory, absolute, or relative to the profile. */
const resolveLogin = (sasl: NonNullable<KafkaConfig['sasl']>, dir: string | undefined): KafkaLogin => {
  if (sasl.mechanism !== 'oauthbearer' || sasl.tokenFile === undefined) return sasl;
  const path = sasl.tokenFile.replace(/^~(?=\/)/, homedir());
  return { ...sasl, tokenFile: dir === undefined ? resolve(path) : resolve(dir, path) };
};

interface KafkaFeedOptions {
  readonly name: string;
  readonly kind: FeedKind;
  readonly onDemand?: boolean;
}

export const kafkaFeedDefaults = (
  { source, config }: KafkaParts,
  { name, kind, onDemand }: KafkaFeedOptions,
): Omit<Feed, 'read'> => ({
  id: `${source}/${name}`,
  source,
  name,
  kind,
  ...(onDemand === true
    ? { everyMs: 0, staleMs: onDemandStaleMs }
    : { everyMs: config.every, staleMs: staleAfter(config.every) }),
  timeoutMs: config.timeout,
});
