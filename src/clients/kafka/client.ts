import type { Clock } from '../../platform/clock.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import type { Transport } from '../../platform/transport.ts';
import { abortWireError } from '../../platform/wire-error.ts';
import { type KafkaBrokers, type KafkaMemory, openBrokers } from './brokers.ts';
import { type KafkaCallName, newestSpoken } from './call.ts';
import { carryOut } from './change.ts';
import { apiVersions, listOffsets, metadata } from './cluster-calls.ts';
import { describeGroups, findCoordinator, listGroups } from './group-calls.ts';
import type { KafkaLook, KafkaReader, KafkaTarget } from './kafka.ts';
import { openLines } from './lines.ts';
import { lookAtGroups } from './look-groups.ts';
import { lookAtTopics } from './look-topics.ts';
import { offsetFetch } from './offset-calls.ts';

/**
 * The reading half of a cluster, over the wire protocol itself: no client that we know of gives up a question when its
 * signal ends, asks for many groups at once, or keeps what the other partitions said when one has an error.
 */
export const openKafkaReader = (target: KafkaTarget, transport: Transport): KafkaReader => {
  const { clock } = transport;
  const { sasl } = target;
  if (sasl?.mechanism !== 'oauthbearer') masker.add(sasl?.password ?? '');
  else if (sasl.token !== undefined) masker.add(sasl.token);
  const lines = openLines(target, transport, 'reads');
  const memory: KafkaMemory = {};
  return {
    look: async (given, look) => {
      const signal = transport.within(given);
      if (signal.aborted) throw abortWireError(signal);
      const brokers = openBrokers(lines, target, clock, memory, signal);
      const result = await look(lookOf(brokers, clock));
      // What was had before the time was up is worth having; what nobody wants any more is not.
      if (signal.aborted && abortWireError(signal).kind === 'cancelled') throw abortWireError(signal);
      return result;
    },
    close: async () => lines.close(),
  };
};

/** What no reading does without. */
const needed: readonly KafkaCallName[] = [
  metadata,
  findCoordinator,
  listGroups,
  describeGroups,
  offsetFetch,
  listOffsets,
];

const lookOf = (brokers: KafkaBrokers, clock: Clock): KafkaLook => ({
  problems: brokers.problems,
  cluster: brokers.cluster,
  ...lookAtTopics(brokers),
  ...lookAtGroups(brokers),
  reach: async (broker) => {
    const began = clock.now();
    const { calls } = await brokers.askOne(broker, apiVersions, {});
    const latencyMs = clock.now() - began;
    const isKnown = (call: KafkaCallName): boolean =>
      newestSpoken(
        call,
        calls.find(({ key }) => key === call.key),
      ) !== undefined;
    const lacks = needed.filter((call) => !isKnown(call)).map(({ name }) => name);
    return { latencyMs, lacks };
  },
  rehearse: (change) => carryOut(brokers, change, true),
});
