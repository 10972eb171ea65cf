import type { KafkaBroker, KafkaSession } from '../../clients/kafka/kafka-types.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Fault, FaultKind } from '../../domain/base/fault.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { Health } from '../../kinds/health/fact.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Feed, SignalRequest, Source, SourceOptions } from '../kit/contract/source.ts';
import type { KafkaConfig } from './config.ts';
import { clusterHealthExpectation, isGroupRead, kafkaReadSchema } from './config.ts';
import { kafkaDetailFeeds } from './detail-feeds.ts';
import { diagnoseKafka } from './doctor.ts';
import { type BrokerProbe, kafkaHealthRows } from './health.ts';
import { lagFeed } from './lag.ts';
import { kafkaOperations } from './operations.ts';
import { type KafkaParts, kafkaFeedDefaults, kafkaParts } from './parts.ts';
import { topicSample } from './signal-samples.ts';

/** Faults on our side (denied access, lost route) that say nothing about the health of the cluster. */
const localFaultKinds: ReadonlySet<FaultKind> = new Set(['denied', 'unconfigured', 'wrong-system', 'bug']);

/**
 * Health rows of the cluster and each of its brokers. No response: one row, the cluster's, down. A listed broker that
 * is unreachable is down; one whose name does not resolve here is unknown. Faults accompany the rows with the reasons.
 */
const kafkaHealthFeed = (parts: KafkaParts, signals: readonly SignalRequest[]): Feed => {
  const { source, env, cluster: service, reader, now, fault } = parts;
  const reads = signals.flatMap(({ id, read }) => {
    const parsed = kafkaReadSchema.parse(read);
    return isGroupRead(parsed) ? [] : [{ id, read: parsed }];
  });
  const sample = (id: string, sampleValue: Pick<Sample, 'value' | 'why'>): Sample => ({
    source,
    at: now(),
    signal: id,
    labels: {},
    ...sampleValue,
  });
  const row = (health: Pick<Health, 'instance' | 'status' | 'detail'>): Health => ({
    source,
    at: now(),
    env,
    service,
    components: [],
    ...health,
  });
  const samples = (sampleOf: (read: (typeof reads)[number]['read']) => Pick<Sample, 'value' | 'why'>) =>
    reads.length === 0 ? {} : { samples: reads.map(({ id, read }) => sample(id, sampleOf(read))) };

  const readHealth = async (session: KafkaSession): Promise<Reading<Health>> => {
    const [cluster, topics] = await Promise.all([session.cluster(), session.topics()]);
    const reached = await Promise.all(cluster.brokers.map((broker) => probeBroker(parts, session, broker)));
    const faults = [
      ...session.problems.map(fault),
      ...reached.flatMap(({ why }) => (why === undefined ? [] : [why])),
    ];
    return {
      items: kafkaHealthRows(cluster, topics, reached).map(row),
      ...samples((read) => topicSample(read, cluster, topics)),
      faults,
    };
  };

  return {
    ...kafkaFeedDefaults(parts, { name: 'health', kind: 'health' }),
    probe: true,
    expects: [clusterHealthExpectation(service)],
    ...(reads.length === 0 ? {} : { signals: reads.map(({ id }) => id) }),
    requests: 5,
    read: async (signal) => {
      try {
        return await reader.withSession(signal, readHealth);
      } catch (error) {
        const why = fault(error);
        if (why.kind === 'cancelled') return { items: [], faults: [why] };
        const status = healthStatusOf(error, why);
        return {
          items: [row({ instance: '', status, detail: why.message })],
          ...samples(() => ({ why: why.message })),
          faults: [why],
        };
      }
    },
  };
};

const healthStatusOf = (error: unknown, { kind }: Fault): 'down' | 'unknown' =>
  error instanceof TunnelError || localFaultKinds.has(kind) ? 'unknown' : 'down';

/** Probes one broker; the detail names its advertised address. */
const probeBroker = async (
  { fault }: KafkaParts,
  session: KafkaSession,
  broker: KafkaBroker,
): Promise<BrokerProbe & { readonly why?: Fault }> => {
  try {
    const { latencyMs } = await session.probe(broker);
    return { broker, status: 'up', latencyMs, detail: `${broker.host}:${broker.port}` };
  } catch (error) {
    const why = fault(error);
    const isNameless = /no such host in DNS|DNS lookup failed/.test(why.message);
    return { broker, status: isNameless ? 'unknown' : healthStatusOf(error, why), detail: why.message, why };
  }
};

/** Opens one source. Contacts nothing yet. */
export const openKafka = (
  { id, env, config, dir, signals }: SourceOptions<KafkaConfig>,
  io: ReadIo,
): Source => {
  const parts = kafkaParts({ id, env, config, ...defined({ dir }) }, io);
  const { identity } = config;
  return {
    id,
    feeds: [lagFeed(parts, signals), kafkaHealthFeed(parts, signals), ...kafkaDetailFeeds(parts)],
    operations: kafkaOperations.map((kafkaOperation) => kafkaOperation.open(parts)),
    ...(identity === undefined
      ? {}
      : { identify: (signal) => kafkaIdentityFault(parts, identity.clusterId, signal) }),
    fingerprint: async (signal) => {
      const [{ clusterId }, epoch] = await parts.reader.withSession(signal, (session) =>
        Promise.all([session.cluster(), session.controllerEpoch()]),
      );
      return {
        parts: { cluster: clusterId },
        ...(epoch === undefined ? {} : { counters: { controller_epoch: epoch } }),
      };
    },
    doctor: (signal) => diagnoseKafka(parts, signal),
    close: () => io.close(),
  };
};

/**
 * Undefined when the cluster has the expected id; `wrong-system` when it has another; otherwise the reason the id is
 * unknown.
 */
const kafkaIdentityFault = async (
  { reader, fault }: KafkaParts,
  expectedId: string,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  try {
    const { clusterId } = await reader.withSession(signal, (session) => session.cluster());
    if (clusterId === expectedId) return undefined;
    return fault(
      new WireError(
        'wrong-system',
        `identity mismatch, because a different cluster answers: ${clusterId}, expected ${expectedId}`,
      ),
    );
  } catch (error) {
    return fault(error);
  }
};
