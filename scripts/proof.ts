/**
 * `npm run proof [-- --rounds 20000 --seed 1]`: verifies actions with and without effect in random worlds whose rows appear, vanish,
 * flip, move and lie. Prints how many rounds recovered, by lie. Exit 1: a round recovered without an effect, or fewer than 99 % of
 * those whose action worked did.
 */
import { parseArgs } from 'node:util';
import { foolingLies, playRounds } from '../test/model/proof/tally.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '20000' }, seed: { type: 'string', default: '1' } },
});
const tally = await playRounds(Number(values.rounds), Number(values.seed));
const { worked, lied, wrong } = tally;
console.log(`the action worked: ${worked.recovered} of ${worked.rounds} recovered`);
for (const [name, { rounds, recovered }] of [...lied].sort(([a], [b]) => (a < b ? -1 : 1)))
  console.log(`${name}: ${recovered} of ${rounds} recovered`);
for (const round of wrong.slice(0, 10)) console.log(JSON.stringify(round));
const cpu = process.cpuUsage();
console.log(`${Math.round((cpu.user + cpu.system) / 1e6)} s of CPU time`);
process.exitCode = foolingLies(tally).length > 0 || worked.recovered < 0.99 * worked.rounds ? 1 : 0;
