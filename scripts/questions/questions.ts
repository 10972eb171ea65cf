import { eventBusQuestions } from './event-bus.ts';
import { eventProcessingQuestions } from './event-processing.ts';
import { eventmeshQuestions } from './eventmesh.ts';
import type { SystemQuestions } from './question.ts';
import { sagaQuestions } from './saga.ts';
import { tradingQuestions } from './trading.ts';

/** Ten questions for each shipped system, from all parts of its runbook. */
export const runbookQuestions: readonly SystemQuestions[] = [
  eventBusQuestions,
  tradingQuestions,
  eventProcessingQuestions,
  sagaQuestions,
  eventmeshQuestions,
];
