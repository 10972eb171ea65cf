import { z } from 'zod';
import { zDuration, zHttpUrl } from '../../domain/facts/schema.ts';
import { apiServerShape, requireServiceUrl } from '../kit/contract/api-server.ts';
import { httpConnectionShape } from '../kit/contract/connection.ts';
import { hikaricp, kafkaExporter, kubeStateMetrics, resilience4j, zMetricNames } from './metric-names.ts';

export const prometheusConfig = requireServiceUrl(
  z.strictObject({
    url: zHttpUrl.meta({
      description: 'Prometheus URL, including any route prefix',
      examples: ['http://localhost:9090'],
    }),
    facts: z
      .strictObject({
        breakers: zMetricNames(resilience4j).exactOptional(),
        pools: zMetricNames(hikaricp).exactOptional(),
        lag: zMetricNames(kafkaExporter).exactOptional(),
        workloads: zMetricNames(kubeStateMetrics).exactOptional(),
      })
      .meta({ description: 'kinds of rows that opsdeck derives from well-known metrics' })
      .default({}),
    alerts: z
      .boolean()
      .meta({
        description:
          'whether to read alerts (default: true). Set false if a source of type alertmanager provides them',
      })
      .default(true),
    severity: z
      .string()
      .meta({ description: 'name of the label that holds the severity of an alert' })
      .default('severity'),
    rules: z
      .array(z.string())
      .meta({
        description: 'alerting rules that Prometheus must have loaded. doctor reports the missing ones',
      })
      .default([]),
    window: zDuration.prefault('5m').meta({
      description: 'time window over which the growth of lag is measured, at least four scrape intervals',
    }),
    ...httpConnectionShape,
    ...apiServerShape,
  }),
);

export type PrometheusConfig = z.infer<typeof prometheusConfig>;

/** Read targets of a signal. */
export const prometheusReadSchema = z.strictObject({
  query: z.string().trim().min(1).meta({ description: 'PromQL query. Each series is a row' }),
  fold: z
    .enum(['sum', 'min', 'max', 'avg', 'count'])
    .meta({ description: 'how the values of all series become one value' })
    .exactOptional(),
  rules: z
    .strictObject({ warn: z.string().min(1).exactOptional(), crit: z.string().min(1).exactOptional() })
    .meta({
      description:
        'alerting rules of this query, whose states decide the level of the signal. Without rules, or if they cannot be read, the limits decide',
    })
    .exactOptional(),
});
export type PrometheusRead = z.infer<typeof prometheusReadSchema>;
export type PrometheusFold = NonNullable<z.infer<typeof prometheusReadSchema>['fold']>;
