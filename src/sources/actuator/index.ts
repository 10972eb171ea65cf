import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { Health } from '../../kinds/health/fact.ts';
import { WireError } from '../../platform/failures.ts';
import { RemediedError } from '../../platform/fault.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import { masker } from '../../platform/terminal/secrets.ts';
import { declarationsOf } from '../define-operation.ts';
import type { Feed, Opening, Source, SourceModule } from '../source.ts';
import { springHealth } from '../spring-health.ts';
import { breaker } from './breaker-operation.ts';
import {
  type ActuatorConfig,
  actuatorAddress,
  actuatorConfig,
  actuatorReads,
  actuatorThrough,
} from './config.ts';
import { detailFeeds } from './detail-feeds.ts';
import { examine } from './doctor.ts';
import { feedOf, type Instance, notExposed, openInstances, strangerAt } from './instance.ts';
import { logger } from './logger-operation.ts';
import { breakersFeed, meterFeed, poolsFeed } from './meters.ts';

type Seen = Pick<Health, 'status' | 'detail' | 'components'>;

/**
 * The health of one instance, or of one of its groups, as a probe: one row, down when nothing good came back. A 503
 * with a health body is an answer. `unknown` when we could not ask: not let in, or the endpoint is not exposed.
 * Source: Spring Boot actuator, health endpoint.
 */
const healthFeed = (instance: Instance, group?: string): Feed => {
  const path = group === undefined ? '/health' : `/health/${encodeURIComponent(group)}`;
  const who = {
    source: instance.source,
    env: instance.env,
    service: group === undefined ? instance.service : `${instance.service}/${group}`,
    instance: instance.name,
  };

  const read = async (signal: AbortSignal): Promise<Batch<Health>> => {
    let answered: Pick<Health, 'latencyMs' | 'httpStatus'> = {};
    try {
      const answer = await instance.endpoint.get(path, signal);
      answered = { latencyMs: answer.latencyMs, httpStatus: answer.status };
      const seen = seenIn(answer, instance.wallNow());
      return { items: [{ ...who, at: instance.now(), ...seen, ...answered }], faults: [] };
    } catch (error) {
      const fault = instance.endpoint.fault(path, error);
      if (fault.kind === 'cancelled') return { items: [], faults: [fault] };
      return {
        items: [{ ...who, at: instance.now(), ...unseen(fault, error), ...answered }],
        faults: [fault],
      };
    }
  };

  const part = group === undefined ? {} : { part: group };
  return feedOf(
    instance,
    {
      name: 'health',
      kind: 'health',
      probe: true,
      expects: [{ service: who.service, instance: who.instance }],
      ...part,
    },
    read,
  );
};

/** The health in an answer of any status. Throws WireError when there is none. */
const seenIn = (answer: HttpAnswer, wallNow: number): Seen => {
  const problem = statusError(answer, wallNow);
  if (problem?.kind === 'denied') throw problem;
  const health = bodyHealth(answer, problem);
  if (health === undefined) throw problem ?? new WireError('malformed', 'the answer has no status word');
  const said = `it says ${health.word}`;
  const detail = health.detail === '' ? said : masker.mask(health.detail);
  return {
    status: health.status,
    detail: health.status === 'up' ? '' : detail,
    components: health.components,
  };
};

/** An answer that is an error of HTTP may still be a health body; a good one must be. */
const bodyHealth = (answer: HttpAnswer, problem: WireError | undefined) => {
  try {
    return springHealth(answer.json());
  } catch (error) {
    if (problem === undefined) throw error;
    if (problem.kind !== 'missing') throw problem;
    const { why, remedy } = notExposed('health');
    throw new RemediedError('missing', why, remedy);
  }
};

const unseen = (fault: Fault, error: unknown): Seen => {
  const couldNotAsk =
    fault.kind === 'denied' ||
    fault.kind === 'missing' ||
    fault.kind === 'bug' ||
    error instanceof TunnelError;
  const why = error instanceof WireError ? error.message : fault.message;
  return { status: couldNotAsk ? 'unknown' : 'down', detail: masker.mask(why), components: [] };
};

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
