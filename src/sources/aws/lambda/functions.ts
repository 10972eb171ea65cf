import type { LambdaFunction } from '../../../clients/aws/lambda-types.ts';
import type { Fault } from '../../../domain/fault.ts';
import type { Health, HealthStatus } from '../../../kinds/health/fact.ts';
import { WireError } from '../../../platform/wire-error.ts';
import { mapConcurrently } from '../../concurrency.ts';
import { staleAfter } from '../../connection.ts';
import type { Feed } from '../../source.ts';
import type { AwsContext } from '../context.ts';
import { isOfOneResource, isPrefix, matchesAny } from '../patterns.ts';

/** The instance of the rows of functions: what kind of resource they are. */
export const functionInstance = 'lambda';

/** Concurrent requests: well below the quota of 100 per second. */
const requestsAtOnce = 8;

/** A function, and its reserved concurrency. */
interface ReadFunction extends LambdaFunction {
  /** Undefined: it uses the pool of the account. */
  readonly reserved?: number;
}

/** Reads the configured functions. Throws WireError when none of them can be read. */
const readFunctions = async (
  { config, lambda, fault }: AwsContext,
  signal: AbortSignal,
): Promise<{ readonly functions: readonly ReadFunction[]; readonly faults: readonly Fault[] }> => {
  const { functions: patterns, most } = config;
  const faults: Fault[] = [];
  const errors: unknown[] = [];
  const listed = patterns.some(isPrefix) ? await lambda.names(most, signal) : [];
  const named = patterns.filter((pattern) => !isPrefix(pattern));
  const matching = listed.filter((name) => matchesAny(patterns, name));
  const names = [...new Set([...named, ...matching])].sort();
  if (listed.length > most)
    faults.push(
      fault(
        'Lambda ListFunctions',
        new WireError('unconfigured', `more than ${most} functions: name them in functions, or raise most`),
      ),
    );
  const read = await mapConcurrently(
    names,
    requestsAtOnce,
    async (name): Promise<readonly ReadFunction[]> => {
      try {
        const [found, reserved] = await Promise.all([
          lambda.configuration(name, signal),
          lambda.reserved(name, signal),
        ]);
        return [{ ...found, ...(reserved === undefined ? {} : { reserved }) }];
      } catch (error) {
        if (!isOfOneResource(error)) throw error;
        errors.push(error);
        faults.push(fault(`Lambda GetFunctionConfiguration ${name}`, error));
        return [];
      }
    },
  );
  if (names.length > 0 && errors.length === names.length) throw errors[0];
  return { functions: read.flat(), faults };
};

/** Source: AWS, Lambda Developer Guide, function states. An inactive function becomes active on its next call. */
const statusOf = ({ state, lastUpdate, reserved }: ReadFunction): HealthStatus => {
  if (state === 'Failed') return 'down';
  if (state === undefined) return 'unknown';
  return lastUpdate === 'Failed' || state === 'Pending' || reserved === 0 ? 'degraded' : 'up';
};

const detailOf = ({ state, stateReason, lastUpdate, lastUpdateReason, reserved }: ReadFunction): string =>
  [
    state === 'Active'
      ? ''
      : `${state ?? 'unknown state'}${stateReason === undefined ? '' : `: ${stateReason}`}`,
    lastUpdate === 'Failed'
      ? `last update failed${lastUpdateReason === undefined ? '' : `: ${lastUpdateReason}`}`
      : '',
    reserved === 0 ? 'reserved concurrency 0: every call is throttled' : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');

/** The states of the functions as rows of HEALTH. */
export const functionsFeed = (context: AwsContext, env: string): Feed => {
  const { source, config, fault, now } = context;
  return {
    id: `${source}/functions`,
    source,
    name: 'functions',
    kind: 'health',
    everyMs: config.every,
    staleMs: staleAfter(config.every),
    timeoutMs: config.timeout,
    requests: config.functions.length * 2,
    read: async (signal) => {
      try {
        const { functions, faults } = await readFunctions(context, signal);
        const items = functions.map(
          (one): Health => ({
            ...{ source, at: now(), env, service: one.name, instance: functionInstance },
            status: statusOf(one),
            detail: detailOf(one),
            components: [
              { name: 'state', status: one.state ?? 'unknown' },
              { name: 'last update', status: one.lastUpdate ?? 'unknown' },
              { name: 'reserved concurrency', status: String(one.reserved ?? 'none') },
            ],
          }),
        );
        return { items, faults };
      } catch (error) {
        return { items: [], faults: [fault('Lambda GetFunctionConfiguration', error)] };
      }
    },
  };
};
