import { z } from 'zod';
import { zDuration, zHttpUrl } from '../../domain/facts/schema.ts';
import { httpConnectionShape } from '../kit/contract/connection.ts';

const zTag = z.string().min(1).max(100);

export const grafanaConfig = z.strictObject({
  ...httpConnectionShape,
  url: zHttpUrl.meta({
    description: 'Grafana URL, with the sub-path if any',
    examples: ['http://localhost:3000'],
  }),
  service: z.string().min(1).default('grafana').meta({ description: 'name of the row in Health' }),
  dashboards: z
    .array(zTag)
    .min(1)
    .meta({
      description: 'dashboards with all these tags, for Links (default: all dashboards)',
      examples: [['checkout']],
    })
    .exactOptional(),
  annotations: z
    .array(zTag)
    .min(1)
    .meta({ description: 'annotations with one of these tags, for Changes (default: all)' })
    .exactOptional(),
  deployTags: z
    .array(zTag)
    .default(['deploy', 'deployment', 'release', 'rollout'])
    .meta({ description: 'tags of annotations that report a deployment' }),
  alerts: z.boolean().default(true).meta({
    description: 'false: do not read alert rules, such as where another source reports their alerts',
  }),
  every: zDuration.prefault('15s').meta({ description: 'poll interval of health and alerts' }),
});

export type GrafanaConfig = z.infer<typeof grafanaConfig>;

/** Read targets of a signal: the number of alerts in a state. */
export const grafanaReadSchema = z
  .strictObject({
    alerts: z.enum(['firing', 'pending']).meta({ description: 'state of the alerts' }),
    folder: z.string().min(1).meta({ description: 'folder of their rules' }).exactOptional(),
  })
  .meta({ description: 'number of alerts' });
