import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { ExpectedHealth, FeedKind } from '../../domain/facts/reading.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import type { ReadIo } from '../../doors/io.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { staleAfter } from '../kit/contract/connection.ts';
import { type Endpoint, openEndpoint } from '../kit/contract/endpoint.ts';
import { identityFault } from '../kit/contract/identity.ts';
import { type Feed, onDemandStaleMs } from '../kit/contract/source.ts';
import { type ActuatorConfig, actuatorInstanceAddresses } from './config.ts';

/** Response of one instance to a read of a plan. */
export interface InstanceAnswer<T> {
  readonly instance: ActuatorInstance;
  readonly value: T;
}

/**
 * Instances that a parameter names (one, several, none given: all). Throws PlanError for an unknown name, unless
 * `skipsUnknown`.
 */
export const selectInstances = (
  instances: readonly ActuatorInstance[],
  names: string | readonly string[] | undefined,
  skipsUnknown = false,
): readonly ActuatorInstance[] => {
  if (names === undefined) return instances;
  return [names].flat().flatMap((name) => {
    const instance = instances.find(
      (candidate) => candidate.name === name || candidate.endpoint.base === name,
    );
    if (instance !== undefined) return [instance];
    if (skipsUnknown) return [];
    const known = instances
      .map((actuatorInstance) => actuatorInstance.name || actuatorInstance.endpoint.base)
      .join(', ');
    throw new PlanError('not-applicable', `no instance "${name}". Available: ${known}`);
  });
};

/**
 * Reads every instance and its identity. Throws PlanError when one of them is unreachable: an unknown instance is not
 * acted on, so the operator must exclude it by naming the others.
 */
export const queryInstances = async <T>(
  instances: readonly ActuatorInstance[],
  path: string,
  ask: (instance: ActuatorInstance) => Promise<T>,
  signal: AbortSignal,
): Promise<readonly InstanceAnswer<T>[]> => {
  const answers = await Promise.all(
    instances.map(async (instance): Promise<InstanceAnswer<T> | { readonly fault: Fault }> => {
      const mismatch = await checkInstanceIdentity(instance, signal);
      if (mismatch !== undefined) return { fault: mismatch };
      try {
        return { instance, value: await ask(instance) };
      } catch (error) {
        return { fault: instance.endpoint.fault(path, error) };
      }
    }),
  );
  const faults = answers.flatMap((answer) => ('fault' in answer ? [answer.fault.message] : []));
  const reached = answers.flatMap((answer) => ('fault' in answer ? [] : [answer]));
  if (faults.length === 0) return reached;
  const why = `cannot read every instance: ${faults.join('; ')}`;
  const names = reached.map(({ instance }) => instance.name).join(', ');
  throw new PlanError(
    'failed',
    reached.length === 0 ? why : `${why}. To act on the reachable instances only, set instance: ${names}`,
  );
};

/** Fault of an instance that is not, or not verifiably, the system that the profile names. */
export const checkInstanceIdentity = (
  instance: ActuatorInstance,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  const { identity } = instance.config;
  return identity === undefined
    ? Promise.resolve(undefined)
    : identityFault(instance.endpoint, identity, instance.wallNow, signal);
};

/** One running instance of the service and its actuator. */
export interface ActuatorInstance {
  readonly source: string;
  readonly env: string;
  readonly service: string;
  /** '' for a single instance. */
  readonly name: string;
  /** 'bus-0 at http://10.0.0.7:8081/actuator' */
  readonly where: string;
  readonly endpoint: Endpoint;
  readonly config: ActuatorConfig;
  now(): Millis;
  /** The machine's wall clock, compared with the servers' dates. */
  wallNow(): Millis;
  /** Returns the body of an endpoint. Throws WireError; for 404, with a hint how to expose it. */
  ask(path: string, signal: AbortSignal, missing?: MissingEndpointHint): Promise<unknown>;
}

/** Reason an endpoint may be missing, and the remedy. */
export interface MissingEndpointHint {
  readonly why: string;
  readonly remedy: string;
}

/** Hint for a missing endpoint: Spring returns 404 for one that is not exposed. */
export const endpointNotExposed = (endpoint: string, otherwise = ''): MissingEndpointHint => ({
  why: `answered 404: endpoint "${endpoint}" does not exist or is not exposed`,
  remedy: `add ${endpoint} to management.endpoints.web.exposure.include of the service${otherwise}`,
});

export const openActuatorInstances = (
  source: string,
  env: string,
  config: ActuatorConfig,
  io: ReadIo,
): readonly ActuatorInstance[] =>
  actuatorInstanceAddresses(config).map(({ name, url }) => {
    const endpoint = openEndpoint(source, { ...config, url }, io);
    return {
      source,
      env,
      service: config.service,
      name,
      where: `${name || config.service} at ${endpoint.base}`,
      endpoint,
      config,
      now: () => io.clock.now(),
      wallNow: io.clock.wallNow,
      ask: async (path, signal, missing) => {
        try {
          return await endpoint.json(path, signal);
        } catch (error) {
          if (missing !== undefined && error instanceof WireError && error.kind === 'missing')
            throw new RemediedError('missing', missing.why, missing.remedy);
          throw error;
        }
      },
    };
  });

/** Properties of an instance's feed besides its read function. */
interface InstanceFeedSpec {
  readonly name: string;
  readonly kind: FeedKind;
  /** Distinguishes feeds of the same name and instance. */
  readonly part?: string;
  readonly probe?: boolean;
  readonly expects?: readonly ExpectedHealth[];
  readonly signals?: readonly string[];
  /** A value needs two readings. */
  readonly needsTwo?: boolean;
  /** Read on demand only. */
  readonly onDemand?: boolean;
}

export const createInstanceFeed = (
  instance: ActuatorInstance,
  words: InstanceFeedSpec,
  read: Feed['read'],
): Feed => {
  const { everyMs, staleMs } =
    words.onDemand === true
      ? { everyMs: 0, staleMs: onDemandStaleMs }
      : { everyMs: instance.config.every, staleMs: staleAfter(instance.config.every) };
  const part = words.part === undefined ? '' : `:${words.part}`;
  const suffix = instance.name === '' ? '' : `@${instance.name}`;
  return {
    id: `${instance.source}/${words.name}${part}${suffix}`,
    source: instance.source,
    name: words.name,
    kind: words.kind,
    ...(instance.name === '' ? {} : { instance: instance.name }),
    ...defined({
      probe: words.probe,
      expects: words.expects,
      signals: words.signals,
      needsTwo: words.needsTwo,
    }),
    everyMs,
    staleMs,
    timeoutMs: instance.config.timeout,
    read,
  };
};
