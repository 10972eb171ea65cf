import { z } from 'zod';
import { zDuration, zHttpUrl } from '../../domain/facts/schema.ts';
import { zTls } from '../kit/contract/connection.ts';

/** The id of a channel. Names are not accepted: a renamed channel keeps its id. */
export const zChannel = z.string().regex(/^[CGD][A-Z0-9]{5,20}$/, {
  error: (issue) =>
    `"${String(issue.input)}" is not a channel id: use the id at the end of the channel details, such as C0123ABCD`,
});

export const slackConfig = z
  .strictObject({
    url: zHttpUrl.default('https://slack.com/api').meta({ description: 'Web API' }),
    token: z
      .string()
      .min(1)
      .meta({ description: 'bot token (xoxb-…) of the Slack app, written as a secret reference' })
      .exactOptional(),
    channel: zChannel
      .meta({ description: 'id of the channel that gets the messages', examples: ['C0123ABCD'] })
      .exactOptional(),
    webhook: z
      .strictObject({
        url: zHttpUrl.meta({ description: 'address of the incoming webhook, written as a secret reference' }),
        format: z.enum(['slack', 'teams', 'json']).default('slack').meta({
          description:
            'format of the body: for Slack, an adaptive card for Microsoft Teams, or { "text": … }',
        }),
      })
      .meta({
        description:
          'incoming webhook to post to, in place of token and channel. opsdeck cannot verify these messages',
      })
      .exactOptional(),
    every: zDuration.prefault('5m').meta({ description: 'how often opsdeck checks the channel' }),
    timeout: zDuration.prefault('10s').meta({ description: 'request timeout' }),
    tls: zTls.exactOptional(),
    identity: z
      .strictObject({
        team: z
          .string()
          .regex(/^[TE][A-Z0-9]{5,20}$/, { error: 'use the id of the workspace, such as T0123ABCD' }),
      })
      .meta({ description: 'expected workspace' })
      .exactOptional(),
  })
  .refine(
    ({ token, channel, webhook }) =>
      webhook === undefined
        ? token !== undefined && channel !== undefined
        : token === undefined && channel === undefined,
    { error: 'the source has neither a token nor a webhook: set token and channel, or webhook: { url }' },
  );

export type SlackConfig = z.infer<typeof slackConfig>;
