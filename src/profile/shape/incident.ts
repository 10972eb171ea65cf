import { z } from 'zod';
import { onFirstUse } from '../../domain/base/on-first-use.ts';

const zSource = (type: string) =>
  z
    .string()
    .min(1)
    .meta({ description: `source of type ${type}` });

/** Schema of `incident`: the sources that a declared incident is reported to. */
export const zIncidentResponse = onFirstUse(() =>
  z.strictObject({
    updates: z
      .strictObject({
        source: zSource('slack'),
        channel: z
          .string()
          .min(1)
          .exactOptional()
          .meta({ description: 'id of the chat channel for updates (default: the channel of the source)' }),
        template: z
          .string()
          .min(1)
          .max(3000)
          .exactOptional()
          .meta({
            description: 'text of an update, with {severity}, {status}, {impact}, {current} and others',
            examples: ['*{severity}* {status}: {current}'],
          }),
      })
      .exactOptional()
      .meta({
        description: 'channel for updates to stakeholders. All messages of an incident are in one thread',
      }),
    pager: zSource('pagerduty').exactOptional(),
    tracker: zSource('github').exactOptional(),
  }),
);
