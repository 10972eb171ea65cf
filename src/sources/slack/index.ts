import type { SourceModule } from '../kit/contract/source.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { type SlackConfig, slackConfig } from './config.ts';
import { slackOperations } from './operations.ts';

/** A channel for messages: of Slack, or a webhook of Slack, Microsoft Teams or another tool. */
export const slack: SourceModule<SlackConfig> = {
  type: 'slack',
  title: 'Slack and webhooks',
  config: slackConfig,
  limitations: [
    'A webhook accepts messages and reports nothing back, so a run that only posts to a webhook ends without verification.',
    'opsdeck looks for a thread only among the 200 newest messages of the channel.',
  ],
  feedNames: ['channel'],
  operations: declarationsOf(slackOperations),
  gives: () => ({ kinds: [] }),
  open: async (opening, io) => (await import('./open.ts')).openSlack(opening, io),
};
