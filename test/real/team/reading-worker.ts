import { createInterface } from 'node:readline';
import { feedOf, openReadingCockpit } from './reading-cockpit.ts';

/** A separate process that polls, until it is killed. Answers each line with the state of its feed. */
const [config = '{}'] = process.argv.slice(2);
const { engine, clock } = await openReadingCockpit(JSON.parse(config));
let wasStale = false;
engine.start();
clock.every(50, () => {
  const { known, feed } = feedOf(engine);
  if (known !== undefined && clock.now() - known.at > feed.staleMs) wasStale = true;
});
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
say({ ready: true });
for await (const _ of createInterface({ input: process.stdin })) {
  const { known, faults } = feedOf(engine);
  say({ reader: known?.reader?.user ?? null, began: known?.began ?? 0, faults: faults.length, wasStale });
}
process.exit(0);
