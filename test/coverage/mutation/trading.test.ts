import { tradingExpected } from '../expected/trading.ts';
import { trading } from '../suites/trading.ts';
import { mutationTest } from './mutate-system.ts';

mutationTest('trading', trading, tradingExpected);
