import type { Fault } from '../../domain/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import { WireError } from '../../platform/failures.ts';
import type { Opening, Source } from '../source.ts';
import type { KafkaConfig } from './config.ts';
import { detailFeeds } from './detail-feeds.ts';
import { examine } from './doctor.ts';
import { healthFeed } from './health-feed.ts';
import { lagFeed } from './lag-feed.ts';
import { kafkaOperations } from './operations.ts';
import { type KafkaParts, kafkaParts } from './parts.ts';

/** Opens one source; contacts nothing yet. */
export const openKafka = ({ id, env, config, dir, signals }: Opening<KafkaConfig>, io: ReadIo): Source => {
  const parts = kafkaParts({ id, env, config, ...(dir === undefined ? {} : { dir }) }, io);
  const { identity } = config;
  return {
    id,
    feeds: [lagFeed(parts, signals), healthFeed(parts, signals), ...detailFeeds(parts)],
    operations: kafkaOperations.map((one) => one.open(parts)),
    ...(identity === undefined
      ? {}
      : { identify: (signal) => identityFault(parts, identity.clusterId, signal) }),
    doctor: (signal) => examine(parts, signal),
    close: () => io.close(),
  };
};

/** Undefined when the cluster of that id answers; `wrong-system` when another does; else why nobody could tell. */
const identityFault = async (
  { reader, fault }: KafkaParts,
  wanted: string,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  try {
    const { clusterId } = await reader.look(signal, (look) => look.cluster());
    if (clusterId === wanted) return undefined;
    return fault(
      new WireError('wrong-system', `another cluster answers here: ${clusterId}, expected ${wanted}`),
    );
  } catch (error) {
    return fault(error);
  }
};
