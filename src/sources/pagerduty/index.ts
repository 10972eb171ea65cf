import type { SourceModule } from '../kit/contract/source.ts';
import { declarationsOf } from '../kit/operations/define-operation.ts';
import { type PagerdutyConfig, pagerdutyConfig, pagerdutyReadSchema } from './config.ts';
import { eventOperations } from './event-operations.ts';
import { incidentOperations } from './operations.ts';
import { readingOperations } from './reading-operations.ts';

/** A PagerDuty account: its incidents, the people on call, and operations on incidents. */
export const pagerduty: SourceModule<PagerdutyConfig> = {
  type: 'pagerduty',
  title: 'PagerDuty',
  config: pagerdutyConfig,
  limitations: [
    'PagerDuty does not say whether an API key is read-only before a change is sent.',
    'An acknowledgement cannot be taken back, and a resolved incident cannot be reopened.',
  ],
  reads: pagerdutyReadSchema,
  feedNames: ['incidents', 'oncall', 'policies', 'services', 'maintenance'],
  operations: declarationsOf([...incidentOperations, ...eventOperations, ...readingOperations]),
  gives: () => ({ kinds: ['alerts', 'oncalls'] }),
  recordsChanges: true,
  open: async (opening, io) => (await import('./open.ts')).openPagerduty(opening, io),
};
