import { sagaExpected } from '../expected/saga.ts';
import { saga } from '../suites/saga.ts';
import { mutationTest } from './mutate-system.ts';

mutationTest('saga', saga, sagaExpected);
