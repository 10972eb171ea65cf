import { eventBusExpected } from '../expected/event-bus.ts';
import { eventBus } from '../suites/event-bus.ts';
import { mutationTest } from './mutate-system.ts';

mutationTest('event-bus', eventBus, eventBusExpected);
