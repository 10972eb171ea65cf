import fc from 'fast-check';
import type { CockpitUnderTest } from './cockpit.ts';
import { violation } from './invariant.ts';

type Step = fc.AsyncCommand<object, CockpitUnderTest>;

/** A command that checks the invariant afterwards. */
const step = (name: string, run: (setup: CockpitUnderTest) => void | Promise<void>): Step => ({
  check: () => true,
  run: async (_model, setup) => {
    await run(setup);
    await setup.quiet();
    const why = violation(setup);
    if (why !== undefined) throw new Error(why);
  },
  toString: () => name,
});

const proposalOf = ({ cockpit }: CockpitUnderTest) => cockpit.getState().run?.proposal;

const confirm =
  (typed: (names: readonly string[]) => string | undefined, pasted: boolean) =>
  async (setup: CockpitUnderTest) => {
    // A card ignores keys for the confirmation delay. One of five confirmations comes within it.
    if (setup.written.length % 5 !== 4) await setup.wait(1500);
    const proposal = proposalOf(setup);
    const text = typed(proposal?.names ?? []);
    const input = { pasted, ...(text === undefined ? {} : { typed: text }) };
    if (proposal !== undefined) setup.oracle.confirm(proposal.run, input);
    setup.controller.confirm(input);
  };

const noTypedName = (): undefined => undefined;
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
  .map((seconds) => step(`wait ${seconds} s`, (setup) => setup.wait(seconds * 1000)));

const env = ({ cockpit }: CockpitUnderTest): string => cockpit.getState().open?.env ?? 'dev';

const keys = [
  step('set count to 3', ({ controller }) => controller.give('count', '3')),
  step('confirm by key', confirm(noTypedName, false)),
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
  step('arm', (setup) => {
    setup.oracle.arm('a drill');
    setup.controller.arm('a drill');
  }),
  step('arm without a reason', ({ controller }) => controller.arm('  ')),
  step('disarm', ({ controller, oracle }) => {
    oracle.disarm();
    controller.disarm();
  }),
  step('go to production', ({ controller }) => controller.openEnvironment('production')),
  step('go to dev', ({ controller }) => controller.openEnvironment('dev')),
];

const disableBreaker = (setup: CockpitUnderTest): void =>
  setup.simulator.changeExternally(env(setup), 'bus-0', 'POST', '/actuator/circuitbreakers/broker', {
    updateState: 'DISABLE',
  });

const environmentEvents = [
  step('the broker goes down', (setup) =>
    setup.simulator.model.inject('dependency-down', env(setup), setup.simulator.now()),
  ),
  step('another user disables the breaker', disableBreaker),
  step('the network goes down', ({ simulator }) => {
    simulator.network.isDown = true;
  }),
  step('the network recovers', ({ simulator }) => {
    simulator.network.isDown = false;
    simulator.network.redirects.clear();
  }),
  step('requests reach the other environment', (setup) => {
    const here = env(setup);
    setup.simulator.network.redirects.set(here, here === 'dev' ? 'production' : 'dev');
  }),
  step('answers take 3 s', ({ simulator }) => {
    simulator.network.answerDelayMs = 3000;
  }),
  step('answers take 0 s', ({ simulator }) => {
    simulator.network.answerDelayMs = 0;
  }),
  step('the disk is full', (setup) => {
    setup.diskFull = true;
  }),
  step('the disk has space', (setup) => {
    setup.diskFull = false;
  }),
  step('the head is tampered with', (setup) => setup.tamper()),
  step('the clock is set an hour back', (setup) => setup.setWall(-3_600_000)),
  step('the clock is set an hour forward', (setup) => setup.setWall(3_600_000)),
];

/** The possible answers to a card. */
const answers: Readonly<Record<string, (setup: CockpitUnderTest) => Promise<void>>> = {
  'by key': confirm(noTypedName, false),
  'with the name typed': confirm(right, false),
  'with another name': confirm(() => 'ledger', false),
  'with the name pasted': confirm(right, true),
};

/** Opens a card and answers it. Sequences of single keys rarely do both. */
const answered = fc
  .tuple(fc.constantFrom(...start), fc.constantFrom(...Object.entries(answers)))
  .map(([[id, params], [how, answer]]) =>
    step(`start ${id} ${JSON.stringify(params)} and answer ${how}`, async (setup) => {
      setup.controller.decline();
      await setup.quiet();
      setup.controller.propose(id, params);
      await setup.quiet();
      await answer(setup);
    }),
  );

const armedProduction = step('go to production and arm', async (setup) => {
  setup.controller.openEnvironment('production');
  await setup.quiet();
  setup.oracle.arm('a drill');
  setup.controller.arm('a drill');
});

/** A run whose verification fails. */
const failedVerification = step('close a breaker that another user disables at once', async (setup) => {
  setup.controller.openEnvironment('dev');
  await setup.quiet();
  setup.controller.decline();
  await setup.quiet();
  setup.controller.propose('close', {});
  await setup.quiet();
  await confirm(noTypedName, false)(setup);
  await setup.quiet();
  disableBreaker(setup);
  await setup.wait(10_000);
});

/** Any step. The weights favor steps that lead to a change; with equal weights no run would act. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: starting },
  { weight: 4, arbitrary: fc.constantFrom(...keys.slice(1, 3)) },
  { weight: 5, arbitrary: waiting },
  { weight: 6, arbitrary: fc.constantFrom(...keys) },
  { weight: 2, arbitrary: fc.constant(keys.find((key) => key.toString() === 'arm') ?? keys[0]) },
  { weight: 5, arbitrary: answered },
  { weight: 2, arbitrary: fc.constant(armedProduction) },
  { weight: 1, arbitrary: fc.constant(failedVerification) },
  { weight: 3, arbitrary: fc.constantFrom(...environmentEvents) },
) as fc.Arbitrary<Step>;
