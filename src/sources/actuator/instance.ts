import type { Fault, Millis } from '../../domain/fault.ts';
import { PlanError } from '../../domain/operation.ts';
import type { ExpectedHealth, FeedKind } from '../../domain/reading.ts';
import type { ReadIo } from '../../doors/io.ts';
import { RemediedError } from '../../platform/to-fault.ts';
import { WireError } from '../../platform/wire-error.ts';
import { staleAfter } from '../connection.ts';
import { type Endpoint, openEndpoint } from '../endpoint.ts';
import { identityFault } from '../identity.ts';
import type { Feed } from '../source.ts';
import { type ActuatorConfig, actuatorInstanceAddresses } from './config.ts';

/** What one instance answered to a plan's question. */
export interface InstanceAnswer<T> {
  readonly instance: ActuatorInstance;
  readonly value: T;
}

/** The instances that a parameter names (one, several, none given: all). Throws PlanError for a name that is not there. */
export const selectInstances = (
  instances: readonly ActuatorInstance[],
  names: string | readonly string[] | undefined,
): readonly ActuatorInstance[] => {
  if (names === undefined) return instances;
  return [names].flat().map((name) => {
    const instance = instances.find((one) => one.name === name || one.endpoint.base === name);
    if (instance !== undefined) return instance;
    const known = instances.map((one) => one.name || one.endpoint.base).join(', ');
    throw new PlanError('not-applicable', `no instance "${name}"; available: ${known}`);
  });
};

/**
 * Asks every instance afresh, and who it is. Throws PlanError when any of them could not be asked: what is not known
 * is not acted on, so the operator has to leave it out by naming the others.
 */
export const queryInstances = async <T>(
  instances: readonly ActuatorInstance[],
  path: string,
  ask: (instance: ActuatorInstance) => Promise<T>,
  signal: AbortSignal,
): Promise<readonly InstanceAnswer<T>[]> => {
  const answers = await Promise.all(
    instances.map(async (instance): Promise<InstanceAnswer<T> | { readonly fault: Fault }> => {
      const stranger = await checkInstanceIdentity(instance, signal);
      if (stranger !== undefined) return { fault: stranger };
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

/** The fault of an instance that is not (or cannot be shown to be) the system that the profile names. */
export const checkInstanceIdentity = (
  instance: ActuatorInstance,
  signal: AbortSignal,
): Promise<Fault | undefined> => {
  const { identity } = instance.config;
  return identity === undefined
    ? Promise.resolve(undefined)
    : identityFault(instance.endpoint, identity, instance.wallNow, signal);
};

/** One running instance of the service, at its actuator. */
export interface ActuatorInstance {
  readonly source: string;
  readonly env: string;
  readonly service: string;
  /** '' for the only one. */
  readonly name: string;
  /** 'bus-0 at http://10.0.0.7:8081/actuator' */
  readonly where: string;
  readonly endpoint: Endpoint;
  readonly config: ActuatorConfig;
  now(): Millis;
  /** Now on the machine's own clock, which servers' dates are compared with. */
  wallNow(): Millis;
  /** The body of an endpoint. Throws WireError; a 404 says how to expose it. */
  ask(path: string, signal: AbortSignal, missing?: MissingEndpointHint): Promise<unknown>;
}

/** Why an endpoint may be missing, and what to do. */
export interface MissingEndpointHint {
  readonly why: string;
  readonly remedy: string;
}

/** The words for an endpoint that is not there: Spring answers 404 for one that is not exposed. */
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
    const { auth, tls } = config;
    const endpoint = openEndpoint(
      source,
      { url, ...(auth === undefined ? {} : { auth }), ...(tls === undefined ? {} : { tls }) },
      io,
    );
    return {
      source,
      env,
      service: config.service,
      name,
      where: `${name || config.service} at ${endpoint.base}`,
      endpoint,
      config,
      now: () => io.clock.now(),
      wallNow: () => io.clock.now() + io.clock.wallOffset(),
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

/** What a feed of an instance needs besides how to read it. */
interface InstanceFeedSpec {
  readonly name: string;
  readonly kind: FeedKind;
  /** Tells several feeds of one name and instance apart. */
  readonly part?: string;
  readonly probe?: boolean;
  readonly expects?: readonly ExpectedHealth[];
  readonly signals?: readonly string[];
  /** Read only when somebody asks. */
  readonly onDemand?: boolean;
}

/** What an answer read on demand is worth: minutes, since nobody reads it again by itself. */
const onDemandStaleMs = 300_000;

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
  const at = instance.name === '' ? '' : `@${instance.name}`;
  return {
    id: `${instance.source}/${words.name}${part}${at}`,
    source: instance.source,
    name: words.name,
    kind: words.kind,
    ...(instance.name === '' ? {} : { instance: instance.name }),
    ...(words.probe === undefined ? {} : { probe: words.probe }),
    ...(words.expects === undefined ? {} : { expects: words.expects }),
    ...(words.signals === undefined ? {} : { signals: words.signals }),
    everyMs,
    staleMs,
    timeoutMs: instance.config.timeout,
    read,
  };
};

/** The same fault once, however many calls met it. */
export const distinctFaults = (faults: readonly Fault[]): readonly Fault[] => [
  ...new Map(faults.map((fault) => [`${fault.kind} ${fault.message}`, fault])).values(),
];
