import { z } from 'zod';
import { zDuration, zHttpUrl } from '../../domain/facts/schema.ts';
import { httpConnectionShape } from '../kit/contract/connection.ts';

const zId = z
  .string()
  .regex(/^[A-Za-z0-9]{1,40}$/, { error: 'use the id at the end of the URL, such as PIJ90N7' });

const { tls, identity } = httpConnectionShape;

export const pagerdutyConfig = z.strictObject({
  url: zHttpUrl
    .default('https://api.pagerduty.com')
    .meta({ description: 'REST API', examples: ['https://api.eu.pagerduty.com'] }),
  token: z.string().min(1).meta({ description: 'REST API key, as a secret reference' }),
  from: z
    .email({ error: 'from must be the email address of a PagerDuty user' })
    .meta({
      description: 'email address of the PagerDuty user that acts. Required for operations on incidents',
    })
    .exactOptional(),
  services: z
    .array(zId)
    .min(1)
    .meta({
      description: 'ids of the services whose incidents are read (default: all)',
      examples: [['PIJ90N7']],
    })
    .exactOptional(),
  teams: z.array(zId).min(1).meta({ description: 'ids of the teams (default: all)' }).exactOptional(),
  policies: z
    .array(zId)
    .min(1)
    .meta({
      description: 'ids of the escalation policies for on call (default: all)',
      examples: [['PT20YPA']],
    })
    .exactOptional(),
  events: z
    .strictObject({
      url: zHttpUrl
        .default('https://events.pagerduty.com')
        .meta({ description: 'Events API v2', examples: ['https://events.eu.pagerduty.com'] }),
      routingKey: z
        .string()
        .min(1)
        .meta({ description: 'integration key of an Events API v2 integration, as a secret reference' }),
    })
    .meta({ description: 'integration that `trigger` sends events to' })
    .exactOptional(),
  every: zDuration
    .prefault('15s')
    .meta({ description: 'poll interval of incidents. On call is read every minute' }),
  timeout: zDuration.prefault('10s').meta({ description: 'request timeout' }),
  tls,
  identity,
});

export type PagerdutyConfig = z.infer<typeof pagerdutyConfig>;

const zUrgency = z
  .enum(['high', 'low'])
  .meta({ description: 'only incidents of this urgency' })
  .exactOptional();

/** Read targets of a signal: a number of incidents, or of people on call. */
export const pagerdutyReadSchema = z.union([
  z
    .strictObject({
      incidents: z
        .enum(['open', 'triggered', 'acknowledged'])
        .meta({ description: 'status. open: triggered or acknowledged' }),
      urgency: zUrgency,
      service: z.string().min(1).meta({ description: 'name of the service' }).exactOptional(),
    })
    .meta({ description: 'number of incidents' }),
  z
    .strictObject({
      onCall: z.string().min(1).meta({ description: 'name of the escalation policy' }),
      escalationLevel: z.int().min(1).meta({ description: 'level, from 1 (default: 1)' }).default(1),
    })
    .meta({ description: 'number of people on call' }),
]);

export type PagerdutyRead = z.infer<typeof pagerdutyReadSchema>;
