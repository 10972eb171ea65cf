/** Fails when `npm test` has become slower on this machine without a line in CONTRIBUTING.md that says what the time buys. */
import { currentBudget, overBudget, recordedRuns } from '../test/support/test-budget.ts';

const problem = overBudget(recordedRuns(), currentBudget());
if (problem !== undefined) {
  console.log(problem);
  process.exitCode = 1;
}
