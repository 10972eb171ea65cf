import { z } from 'zod';
import { zDuration, zHttpUrl } from '../../domain/facts/schema.ts';
import { httpConnectionShape } from '../kit/contract/connection.ts';

const zId = z.string().regex(/^[A-Za-z0-9]{1,40}$/, {
  error: 'this is not a PagerDuty id: copy the id from the end of the URL, such as PIJ90N7',
});

const { tls, identity } = httpConnectionShape;

export const pagerdutyConfig = z.strictObject({
  url: zHttpUrl
    .default('https://api.pagerduty.com')
    .meta({ description: 'REST API', examples: ['https://api.eu.pagerduty.com'] }),
  token: z.string().min(1).meta({ description: 'REST API key of PagerDuty, written as a secret reference' }),
  from: z
    .email({ error: 'from must be the email address of a PagerDuty user' })
    .meta({
      description:
        'email address of the PagerDuty user in whose name opsdeck acts. Required for operations on incidents',
    })
    .exactOptional(),
  services: z
    .array(zId)
    .min(1)
    .meta({
      description:
        'opsdeck reads the incidents of the services with these ids. By default, opsdeck reads those of every service',
      examples: [['PIJ90N7']],
    })
    .exactOptional(),
  teams: z
    .array(zId)
    .min(1)
    .meta({
      description:
        'opsdeck reads the incidents of the teams with these ids. By default, opsdeck reads those of every team',
    })
    .exactOptional(),
  policies: z
    .array(zId)
    .min(1)
    .meta({
      description: 'ids of the escalation policies whose people on call are read (default: every policy)',
      examples: [['PT20YPA']],
    })
    .exactOptional(),
  events: z
    .strictObject({
      url: zHttpUrl
        .default('https://events.pagerduty.com')
        .meta({ description: 'Events API v2', examples: ['https://events.eu.pagerduty.com'] }),
      routingKey: z.string().min(1).meta({
        description: 'integration key of an Events API v2 integration, written as a secret reference',
      }),
    })
    .meta({ description: 'integration that `trigger` sends events to' })
    .exactOptional(),
  every: zDuration
    .prefault('15s')
    .meta({ description: 'how often opsdeck reads incidents. People on call are read every minute' }),
  timeout: zDuration.prefault('10s').meta({ description: 'request timeout' }),
  tls,
  identity,
});

export type PagerdutyConfig = z.infer<typeof pagerdutyConfig>;

const zUrgency = z
  .enum(['high', 'low'])
  .meta({
    description:
      'opsdeck reads the incidents of this urgency. By default, opsdeck reads those of any urgency',
  })
  .exactOptional();

/** Read targets of a signal: a number of incidents, or of people on call. */
export const pagerdutyReadSchema = z.union([
  z
    .strictObject({
      incidents: z.enum(['open', 'triggered', 'acknowledged']).meta({
        description: 'status of the incidents to count. An open incident is triggered or acknowledged',
      }),
      urgency: zUrgency,
      service: z
        .string()
        .min(1)
        .meta({
          description:
            'opsdeck counts the incidents of the service with this name. By default, opsdeck counts those of every service',
        })
        .exactOptional(),
    })
    .meta({ description: 'number of incidents that have the status' }),
  z
    .strictObject({
      onCall: z
        .string()
        .min(1)
        .meta({ description: 'name of the escalation policy whose people on call are counted' }),
      escalationLevel: z
        .int()
        .min(1)
        .meta({ description: 'level of the escalation policy, counted from 1 (default: 1)' })
        .default(1),
    })
    .meta({ description: 'number of people who are on call' }),
]);

export type PagerdutyRead = z.infer<typeof pagerdutyReadSchema>;
