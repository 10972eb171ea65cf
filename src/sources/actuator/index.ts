import type { Fault } from '../../domain/base/fault.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { ReadIo } from '../../doors/io.ts';
import type { Health } from '../../kinds/health/fact.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import type { HttpAnswer } from '../../platform/network/http-messages.ts';
import { statusError } from '../../platform/network/status.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { apiServerIn } from '../kit/contract/api-server.ts';
import type { Feed, Source, SourceModule, SourceOptions } from '../kit/contract/source.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { parseSpringHealth } from '../kit/values/spring-health.ts';
import { breakerOperation } from './breaker-operation.ts';
import {
  type ActuatorConfig,
  actuatorConfig,
  actuatorReads,
  actuatorViaDefaults,
  routeActuatorConfig,
} from './config.ts';
import { actuatorDetailFeeds } from './detail-feeds.ts';
import { diagnoseActuator } from './doctor.ts';
import { actuatorFingerprint } from './fingerprint.ts';
import { heapDumpOperation } from './heap-dump-operation.ts';
import {
  type ActuatorInstance,
  checkInstanceIdentity,
  createInstanceFeed,
  endpointNotExposed,
  openActuatorInstances,
} from './instance.ts';
import { breakersFeed, meterFeed, poolsFeed } from './instance-feeds.ts';
import { logFileTails } from './log-file.ts';
import { loggerLevelOperation, loggerOperation } from './logger-operation.ts';
import { actuatorRowCommand } from './row-command.ts';

type HealthOutcome = Pick<Health, 'status' | 'detail' | 'components'>;

/**
 * Health of one instance, or of one of its groups, as a probe: one row, down without a good response. A 503 with a
 * health body is a valid response. `unknown` when the login is rejected, or the endpoint is not exposed.
 * Source: Spring Boot actuator, health endpoint.
 */
const healthFeed = (instance: ActuatorInstance, group?: string): Feed => {
  const path = group === undefined ? '/health' : `/health/${encodeURIComponent(group)}`;
  const who = {
    source: instance.source,
    env: instance.env,
    service: group === undefined ? instance.service : `${instance.service}/${group}`,
    instance: instance.name,
  };

  const read = async (signal: AbortSignal): Promise<Reading<Health>> => {
    let answered: Pick<Health, 'latencyMs' | 'httpStatus'> = {};
    try {
      const answer = await instance.endpoint.get(path, signal);
      answered = { latencyMs: answer.latencyMs, httpStatus: answer.status };
      const seen = healthFromAnswer(answer, instance.wallNow());
      return { items: [{ ...who, at: instance.now(), ...seen, ...answered }], faults: [] };
    } catch (error) {
      const fault = instance.endpoint.fault(path, error);
      if (fault.kind === 'cancelled') return { items: [], faults: [fault] };
      return {
        items: [{ ...who, at: instance.now(), ...healthFromError(fault, error), ...answered }],
        faults: [fault],
      };
    }
  };

  const part = group === undefined ? {} : { part: group };
  return createInstanceFeed(
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

/** Reads the health from a response of any status. Throws WireError when it contains none. */
const healthFromAnswer = (answer: HttpAnswer, wallNow: number): HealthOutcome => {
  const problem = statusError(answer, wallNow);
  if (problem?.kind === 'denied') throw problem;
  const health = bodyHealth(answer, problem);
  if (health === undefined)
    throw (
      problem ??
      new WireError('malformed', 'the response has no status: check that the URL is a Spring Boot actuator')
    );
  const reported = `reports ${health.word}`;
  const detail = health.detail === '' ? reported : secretMasker.mask(health.detail);
  return {
    status: health.status,
    detail: health.status === 'up' ? '' : detail,
    components: health.components,
  };
};

/** A response with an HTTP error may still contain a health body; a successful one must. */
const bodyHealth = (answer: HttpAnswer, problem: WireError | undefined) => {
  try {
    return parseSpringHealth(answer.json());
  } catch (error) {
    if (problem === undefined) throw error;
    if (problem.kind !== 'missing') throw problem;
    const { why, remedy } = endpointNotExposed('health');
    throw new RemediedError('missing', why, remedy);
  }
};

const healthFromError = (fault: Fault, error: unknown): HealthOutcome => {
  const couldNotAsk =
    fault.kind === 'denied' ||
    fault.kind === 'missing' ||
    fault.kind === 'bug' ||
    error instanceof TunnelError;
  const why = error instanceof WireError ? error.message : fault.message;
  return { status: couldNotAsk ? 'unknown' : 'down', detail: secretMasker.mask(why), components: [] };
};

const operations = [breakerOperation, loggerOperation, loggerLevelOperation, heapDumpOperation];

/** A Spring Boot service at its management port, in one or several instances. */
export const actuator: SourceModule<ActuatorConfig> = {
  type: 'actuator',
  title: 'Spring Boot Actuator',
  config: actuatorConfig,
  reads: actuatorReads,
  feedNames: [
    'health',
    'breakers',
    'pools',
    'metrics',
    'info',
    'loggers',
    'events',
    'threads',
    'environment',
    'meters',
  ],
  hasTails: true,
  operations: declarationsOf(operations),
  gives: (config) => ({
    kinds: ['health', 'breakers', 'pools'],
    ...(configuredService(config) === undefined
      ? {}
      : { expects: [{ service: configuredService(config) ?? '', instance: '' }] }),
  }),
  viaDefaults: actuatorViaDefaults,
  routeConfig: routeActuatorConfig,
  rowCommand: actuatorRowCommand,
  open: async (opening, io) => openActuator(opening, io),
};

/** The service that a config names, even when its addresses are missing. */
const configuredService = (config: unknown): string | undefined =>
  typeof config === 'object' && config !== null && 'service' in config && typeof config.service === 'string'
    ? config.service
    : undefined;

const openActuator = (opening: SourceOptions<ActuatorConfig>, io: ReadIo): Source => {
  const { id, env } = opening;
  const { apiServer } = opening.config;
  const config =
    apiServer === undefined
      ? opening.config
      : { ...opening.config, apiServer: apiServerIn(apiServer, opening.dir) };
  const instances = openActuatorInstances(id, env, config, io);
  return {
    id,
    feeds: instances.flatMap((instance) => instanceFeeds(instance, opening, instances.length > 1)),
    // Only reads are sent through an API server.
    operations:
      config.apiServer === undefined
        ? operations.map((operation) =>
            operation.open({ source: id, instances, disk: io.disk, stateDir: io.stateDir }),
          )
        : [],
    ...(config.identity === undefined ? {} : { identify: (signal) => findIdentityFault(instances, signal) }),
    fingerprint: (signal) => actuatorFingerprint(instances, signal),
    ...(config.logs ? { tails: logFileTails(instances, opening.logs, io.clock) } : {}),
    doctor: (signal) => diagnoseActuator(instances, signal),
    close: () => io.close(),
  };
};

const instanceFeeds = (
  instance: ActuatorInstance,
  opening: SourceOptions<ActuatorConfig>,
  several: boolean,
): readonly Feed[] => {
  const { config, signals } = opening;
  return [
    healthFeed(instance),
    ...config.groups.map((group) => healthFeed(instance, group)),
    ...(config.breakers === false ? [] : [breakersFeed(instance)]),
    ...(config.pools === false ? [] : [poolsFeed(instance)]),
    ...signals.map((signal) => meterFeed(instance, signal, several)),
    ...actuatorDetailFeeds(instance),
  ];
};

/** A wrong system behind any address invalidates the whole source, and takes precedence over an unreachable one. */
const findIdentityFault = async (
  instances: readonly ActuatorInstance[],
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  const mismatches = (
    await Promise.all(instances.map((instance) => checkInstanceIdentity(instance, signal)))
  ).filter((fault) => fault !== undefined);
  return mismatches.find((fault) => fault.kind === 'wrong-system') ?? mismatches[0];
};
