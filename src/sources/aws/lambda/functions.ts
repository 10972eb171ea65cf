import type { LambdaFunction } from '../../../clients/aws/lambda-types.ts';
import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import type { Health, HealthStatus } from '../../../kinds/health/fact.ts';
import { staleAfter } from '../../kit/contract/connection.ts';
import type { Feed } from '../../kit/contract/source.ts';
import type { FunctionRead, MetricRead } from '../account/config.ts';
import type { AwsContext } from '../account/context.ts';
import { readResources, resourceNames } from '../account/read-resources.ts';

/** The instance of the rows of functions: what kind of resource they are. */
export const functionInstance = 'lambda';

/** A function, and its reserved concurrency. */
interface ReadFunction extends LambdaFunction {
  /** Undefined: it uses the pool of the account. */
  readonly reserved?: number;
}

/** Reads the configured functions. Throws WireError when none of them can be read. */
const readFunctions = async (
  context: AwsContext,
  signal: AbortSignal,
): Promise<{ readonly functions: readonly ReadFunction[]; readonly faults: readonly Fault[] }> => {
  const { lambda } = context;
  const { names, faults } = await resourceNames(context, 'functions', 'Lambda ListFunctions', (limit) =>
    lambda.names(limit, signal),
  );
  const reading = await readResources(context, names, {
    call: (name) => `Lambda GetFunctionConfiguration ${name}`,
    read: async (name): Promise<ReadFunction> => {
      const [found, reserved] = await Promise.all([
        lambda.configuration(name, signal),
        lambda.reserved(name, signal),
      ]);
      return { ...found, ...defined({ reserved }) };
    },
  });
  if (reading.failure !== undefined) throw reading.failure;
  return { functions: reading.read, faults: [...faults, ...reading.faults] };
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
      ? `the last update of the function failed${lastUpdateReason === undefined ? '' : `: ${lastUpdateReason}`}`
      : '',
    reserved === 0
      ? 'the reserved concurrency is 0, so every call is throttled. Set a higher value to allow calls'
      : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');

/** The states of the functions as rows of Health. */
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
          (readFunction): Health => ({
            ...{ source, at: now(), env, service: readFunction.name, instance: functionInstance },
            status: statusOf(readFunction),
            detail: detailOf(readFunction),
            components: [
              { name: 'state', status: readFunction.state ?? 'unknown' },
              { name: 'last update', status: readFunction.lastUpdate ?? 'unknown' },
              { name: 'reserved concurrency', status: String(readFunction.reserved ?? 'none') },
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

/** The metric and statistic of each read. Source: AWS, Lambda Developer Guide, function metrics. */
const metrics: Readonly<Record<FunctionRead['read'], readonly [metric: string, statistic: string]>> = {
  errors: ['Errors', 'Sum'],
  throttles: ['Throttles', 'Sum'],
  invocations: ['Invocations', 'Sum'],
  concurrency: ['ConcurrentExecutions', 'Maximum'],
  duration: ['Duration', 'p99'],
};

/** The metric of a function as a metric of CloudWatch. */
export const functionMetric = ({ function: name, read, period }: FunctionRead): MetricRead => {
  const [metric, statistic] = metrics[read];
  return {
    ...{ metric, namespace: 'AWS/Lambda', statistic, period, read: 'value' },
    dimensions: { FunctionName: name },
  };
};
