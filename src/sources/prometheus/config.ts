import { z } from 'zod';
import { zDuration, zHttpUrl } from '../../domain/schema.ts';
import { httpConnectionShape } from '../connection.ts';
import { hikaricp, kafkaExporter, kubeStateMetrics, resilience4j, zMetricNames } from './metric-names.ts';

export const prometheusConfig = z.strictObject({
  url: zHttpUrl.meta({
    description: 'where Prometheus answers, with its route prefix if it has one',
    examples: ['http://localhost:9090'],
  }),
  facts: z
    .strictObject({
      breakers: zMetricNames(resilience4j).exactOptional(),
      pools: zMetricNames(hikaricp).exactOptional(),
      lag: zMetricNames(kafkaExporter).exactOptional(),
      workloads: zMetricNames(kubeStateMetrics).exactOptional(),
    })
    .meta({ description: 'rows made of well-known series that it has scraped' })
    .default({}),
  alerts: z
    .boolean()
    .meta({ description: 'false: leave its alerts out (Alertmanager tells them too)' })
    .default(true),
  severity: z.string().meta({ description: "the label that holds an alert's severity" }).default('severity'),
  rules: z
    .array(z.string())
    .meta({ description: 'alerting rules that must be loaded: what is missing is told' })
    .default([]),
  window: zDuration.prefault('5m').meta({
    description: 'over how long rates are taken for lag; at least four scrape intervals',
  }),
  ...httpConnectionShape,
});

export type PrometheusConfig = z.infer<typeof prometheusConfig>;

/** What a signal reads. */
export const prometheusReadSchema = z.strictObject({
  query: z.string().trim().min(1).meta({ description: 'PromQL; several series are several rows' }),
  fold: z
    .enum(['sum', 'min', 'max', 'avg', 'count'])
    .meta({ description: 'makes one value of several series' })
    .exactOptional(),
});
export type PrometheusFold = NonNullable<z.infer<typeof prometheusReadSchema>['fold']>;
