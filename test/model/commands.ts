import fc from 'fast-check';
import type { CockpitUnderTest } from './cockpit.ts';
import { violation } from './invariant.ts';

type Step = fc.AsyncCommand<object, CockpitUnderTest>;

/** A thing that happens; whatever it is, the invariant holds afterwards. */
const step = (name: string, run: (under: CockpitUnderTest) => void | Promise<void>): Step => ({
  check: () => true,
  run: async (_model, under) => {
    await run(under);
    await under.quiet();
    const why = violation(under);
    if (why !== undefined) throw new Error(why);
  },
  toString: () => name,
});

const proposalOf = ({ cockpit }: CockpitUnderTest) => cockpit.getState().run?.proposal;

const confirm =
  (typed: (names: readonly string[]) => string | undefined, pasted: boolean) =>
  async (under: CockpitUnderTest) => {
    // A card takes a yes only when there was time to read it; now and then somebody is quicker than that.
    if (under.written.length % 5 !== 4) await under.wait(1500);
    const proposal = proposalOf(under);
    const text = typed(proposal?.names ?? []);
    const how = { pasted, ...(text === undefined ? {} : { typed: text }) };
    if (proposal !== undefined) under.oracle.said(proposal.run, how);
    under.controller.confirm(how);
  };

const ofKey = (): undefined => undefined;
const right = (names: readonly string[]): string => names.join('\n');

const start: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['louder', { level: 'DEBUG' }],
  ['louder', { level: 'INFO' }],
  ['close', {}],
  ['scale', { count: '2' }],
  ['scale', {}],
  ['by-hand', {}],
];

const starting = fc
  .constantFrom(...start)
  .map(([id, params]) =>
    step(`start ${id} ${JSON.stringify(params)}`, ({ controller }) => controller.propose(id, params)),
  );

const waiting = fc
  .constantFrom(1, 4, 6, 30, 20 * 60)
  .map((seconds) => step(`wait ${seconds} s`, (under) => under.wait(seconds * 1000)));

const env = ({ cockpit }: CockpitUnderTest): string => cockpit.getState().open?.env ?? 'dev';

const keys = [
  step('give 3', ({ controller }) => controller.give('count', '3')),
  step('confirm by key', confirm(ofKey, false)),
  step('type the name', confirm(right, false)),
  step(
    'type another name',
    confirm(() => 'ledger', false),
  ),
  step('paste the name', confirm(right, true)),
  step('decline', ({ controller }) => controller.decline()),
  step('cancel', ({ controller }) => controller.cancel()),
  step('tick', ({ controller }) => controller.tick(true)),
  step('do not tick', ({ controller }) => controller.tick(false)),
  step('undo', ({ controller, cockpit }) =>
    controller.undo(cockpit.getState().endedRuns[0]?.proposal?.run ?? 'none'),
  ),
  step('arm', (under) => {
    under.oracle.arm('a drill');
    under.controller.arm('a drill');
  }),
  step('arm without a reason', ({ controller }) => controller.arm('  ')),
  step('disarm', ({ controller, oracle }) => {
    oracle.disarm();
    controller.disarm();
  }),
  step('go to production', ({ controller }) => controller.openEnvironment('production')),
  step('go to dev', ({ controller }) => controller.openEnvironment('dev')),
];

const disableBreaker = (under: CockpitUnderTest): void =>
  under.simulator.beside(env(under), 'bus-0', 'POST', '/actuator/circuitbreakers/broker', {
    updateState: 'DISABLE',
  });

const happenings = [
  step('the broker goes down', (under) =>
    under.simulator.model.inject('dependency-down', env(under), under.simulator.now()),
  ),
  step('somebody else disables the breaker', disableBreaker),
  step('nobody answers', ({ simulator }) => {
    simulator.weather.gone = true;
  }),
  step('it answers again', ({ simulator }) => {
    simulator.weather.gone = false;
    simulator.weather.swapped.clear();
  }),
  step('another system answers', (under) => {
    const here = env(under);
    under.simulator.weather.swapped.set(here, here === 'dev' ? 'production' : 'dev');
  }),
  step('answers take 3 s', ({ simulator }) => {
    simulator.weather.answersAfterMs = 3000;
  }),
  step('answers are quick', ({ simulator }) => {
    simulator.weather.answersAfterMs = 0;
  }),
  step('the disk is full', (under) => {
    under.diskFull = true;
  }),
  step('there is room', (under) => {
    under.diskFull = false;
  }),
  step('the head is tampered with', (under) => under.tamper()),
  step('the clock is set an hour back', (under) => under.setWall(-3_600_000)),
  step('the clock is set an hour forward', (under) => under.setWall(3_600_000)),
];

/** How a card may be answered. */
const answers: Readonly<Record<string, (under: CockpitUnderTest) => Promise<void>>> = {
  'by key': confirm(ofKey, false),
  'with the name typed': confirm(right, false),
  'with another name': confirm(() => 'ledger', false),
  'with the name pasted': confirm(right, true),
};

/** A card from its key to its answer: what single keys come to more seldom. */
const answered = fc
  .tuple(fc.constantFrom(...start), fc.constantFrom(...Object.entries(answers)))
  .map(([[id, params], [how, answer]]) =>
    step(`start ${id} ${JSON.stringify(params)} and answer ${how}`, async (under) => {
      under.controller.decline();
      await under.quiet();
      under.controller.propose(id, params);
      await under.quiet();
      await answer(under);
    }),
  );

const armedProduction = step('go to production and arm', async (under) => {
  under.controller.openEnvironment('production');
  await under.quiet();
  under.oracle.arm('a drill');
  under.controller.arm('a drill');
});

/** A run whose verification does not hold. */
const inVain = step('close a breaker that somebody else disables at once', async (under) => {
  under.controller.openEnvironment('dev');
  await under.quiet();
  under.controller.decline();
  await under.quiet();
  under.controller.propose('close', {});
  await under.quiet();
  await confirm(ofKey, false)(under);
  await under.quiet();
  disableBreaker(under);
  await under.wait(10_000);
});

/** What is likely comes often: else no run would ever get as far as acting. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: starting },
  { weight: 4, arbitrary: fc.constantFrom(...keys.slice(1, 3)) },
  { weight: 5, arbitrary: waiting },
  { weight: 6, arbitrary: fc.constantFrom(...keys) },
  { weight: 2, arbitrary: fc.constant(keys.find((one) => one.toString() === 'arm') ?? keys[0]) },
  { weight: 5, arbitrary: answered },
  { weight: 2, arbitrary: fc.constant(armedProduction) },
  { weight: 1, arbitrary: fc.constant(inVain) },
  { weight: 3, arbitrary: fc.constantFrom(...happenings) },
) as fc.Arbitrary<Step>;
