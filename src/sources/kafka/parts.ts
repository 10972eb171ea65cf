import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { KafkaLogin, KafkaReader, KafkaTarget } from '../../clients/kafka/kafka-types.ts';
import { kafkaReads } from '../../clients/kafka/reading.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import type { FeedKind } from '../../domain/reading.ts';
import type { ReadIo } from '../../doors/io.ts';
import { toFault } from '../../platform/to-fault.ts';
import { staleAfter } from '../connection.ts';
import type { Feed, SourceOptions } from '../source.ts';
import type { KafkaConfig } from './config.ts';

/** What everything of one Kafka source shares. */
export interface KafkaParts {
  readonly source: string;
  readonly env: string;
  /** What rows call the cluster. */
  readonly cluster: string;
  readonly config: KafkaConfig;
  readonly target: KafkaTarget;
  readonly reader: KafkaReader;
  now(): Millis;
  /** A moment of ours on the machine's clock, which brokers stamp messages by. */
  toWallClock(at: Millis): Millis;
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
    ...(tls === undefined ? {} : { tls }),
    ...(sasl === undefined ? {} : { sasl: resolveLogin(sasl, dir) }),
  };
  return {
    source: id,
    env,
    cluster: config.cluster ?? id,
    config,
    target,
    reader: io.open(kafkaReads, target),
    now: () => io.clock.now(),
    toWallClock: (at) => at + io.clock.wallOffset(),
    fault: (error) => toFault(id, '', error, io.clock.now()),
  };
};

/** A file of a token is named below the home directory, absolutely, or beside the profile. */
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

/** What an answer read on demand is worth: minutes, since nobody reads it again by itself. */
const onDemandStaleMs = 300_000;

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
