import type { Fault } from '../../domain/fault.ts';
import type { ReadIo } from '../../doors/io.ts';
import { declarationsOf } from '../define-operation.ts';
import type { Feed, Opening, Source, SourceModule } from '../source.ts';
import { strangerAt } from './ask-instances.ts';
import { breaker } from './breaker-operation.ts';
import { breakersFeed } from './breakers.ts';
import { type ActuatorConfig, actuatorAddress, actuatorConfig, actuatorThrough } from './config.ts';
import { detailFeeds } from './detail-feeds.ts';
import { examine } from './doctor.ts';
import { healthFeed } from './health.ts';
import { type Instance, openInstances } from './instance.ts';
import { logger } from './logger-operation.ts';
import { meterFeed } from './meters.ts';
import { poolsFeed } from './pools.ts';
import { actuatorReads } from './reads.ts';

const operations = [breaker, logger];

/** A Spring Boot service at its management port, in one instance or several. */
export const actuator: SourceModule<ActuatorConfig> = {
  type: 'actuator',
  title: 'Spring Boot Actuator',
  config: actuatorConfig,
  reads: actuatorReads,
  feedNames: ['health', 'breakers', 'pools', 'metrics', 'info', 'loggers', 'events'],
  operations: declarationsOf(operations),
  gives: (config) => ({
    kinds: ['health', 'breakers', 'pools'],
    ...(serviceOf(config) === undefined
      ? {}
      : { expects: [{ service: serviceOf(config) ?? '', instance: '' }] }),
  }),
  address: actuatorAddress,
  through: actuatorThrough,
  open: async (opening, io) => openActuator(opening, io),
};

/** The service that a config names, even one that lacks its addresses. */
const serviceOf = (config: unknown): string | undefined =>
  typeof config === 'object' && config !== null && 'service' in config && typeof config.service === 'string'
    ? config.service
    : undefined;

const openActuator = (opening: Opening<ActuatorConfig>, io: ReadIo): Source => {
  const { id, env, config } = opening;
  const instances = openInstances(id, env, config, io);
  return {
    id,
    feeds: instances.flatMap((instance) => feedsOf(instance, opening, instances.length > 1)),
    operations: operations.map((one) => one.open({ source: id, instances })),
    ...(config.identity === undefined ? {} : { identify: (signal) => firstStranger(instances, signal) }),
    doctor: (signal) => examine(instances, signal),
    close: () => io.close(),
  };
};

const feedsOf = (instance: Instance, opening: Opening<ActuatorConfig>, several: boolean): readonly Feed[] => {
  const { config, signals } = opening;
  return [
    healthFeed(instance),
    ...config.groups.map((group) => healthFeed(instance, group)),
    ...(config.breakers === false ? [] : [breakersFeed(instance)]),
    ...(config.pools === false ? [] : [poolsFeed(instance)]),
    ...signals.map((signal) => meterFeed(instance, signal, several)),
    ...detailFeeds(instance),
  ];
};

/** Another system behind any of the addresses makes the whole source doubtful; that counts before one that cannot be reached. */
const firstStranger = async (
  instances: readonly Instance[],
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  const strangers = (await Promise.all(instances.map((instance) => strangerAt(instance, signal)))).filter(
    (fault) => fault !== undefined,
  );
  return strangers.find((fault) => fault.kind === 'wrong-system') ?? strangers[0];
};
