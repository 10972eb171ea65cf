import type { FunctionRead, MetricRead } from '../config.ts';

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
