import { z } from 'zod';
import { zDuration, zHttpUrl } from '../../domain/facts/schema.ts';
import { httpConnectionShape } from '../kit/contract/connection.ts';

const zTag = z.string().min(1).max(100);

export const grafanaConfig = z.strictObject({
  ...httpConnectionShape,
  url: zHttpUrl.meta({
    description: 'URL of Grafana, with the sub-path if Grafana has one',
    examples: ['http://localhost:3000'],
  }),
  service: z
    .string()
    .min(1)
    .default('grafana')
    .meta({ description: 'name that Grafana has as a row in Health' }),
  dashboards: z
    .array(zTag)
    .min(1)
    .meta({
      description:
        'tags that a dashboard must have to be listed in Links (default: every dashboard is listed)',
      examples: [['checkout']],
    })
    .exactOptional(),
  annotations: z
    .array(zTag)
    .min(1)
    .meta({
      description:
        'tags, one of which an annotation must have to be listed in Changes (default: every annotation is listed)',
    })
    .exactOptional(),
  deployTags: z
    .array(zTag)
    .default(['deploy', 'deployment', 'release', 'rollout'])
    .meta({ description: 'tags that mark an annotation as the report of a deployment' }),
  alerts: z.boolean().default(true).meta({
    description:
      'whether to read alert rules (default: true). Set false if another source reports their alerts',
  }),
  every: zDuration.prefault('15s').meta({ description: 'how often opsdeck reads health and alerts' }),
});

export type GrafanaConfig = z.infer<typeof grafanaConfig>;

/** Read targets of a signal: the number of alerts in a state. */
export const grafanaReadSchema = z
  .strictObject({
    alerts: z.enum(['firing', 'pending']).meta({ description: 'state of the alerts to count' }),
    folder: z
      .string()
      .min(1)
      .meta({
        description:
          'opsdeck counts only the alert rules of this folder. By default, opsdeck counts the rules of every folder',
      })
      .exactOptional(),
  })
  .meta({ description: 'number of alerts that have the state' });
