import { eventProcessingExpected } from '../expected/event-processing.ts';
import { eventProcessing } from '../suites/event-processing.ts';
import { mutationTest } from './mutate-system.ts';

mutationTest('event-processing', eventProcessing, eventProcessingExpected);
