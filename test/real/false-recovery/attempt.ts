import { expect } from 'vitest';
import { openSandbox } from '../../e2e/support/sandbox.ts';

/** What a run of the built program is about. JSON is valid YAML, so all parts are written as values. */
export interface Situation {
  readonly sources: Readonly<Record<string, object>>;
  readonly signals?: readonly object[];
  readonly logs?: object;
  /** The symptom: it holds before the action. */
  readonly when: string;
  /** The step of the action; default: a request that changes nothing. */
  readonly act?: Readonly<Record<string, unknown>>;
  /** The checks, as expressions or whole steps. */
  readonly verify: readonly (string | Readonly<Record<string, unknown>>)[];
  /** The target to confirm. */
  readonly confirm?: string;
  /** Happens as soon as the action was answered with success. */
  readonly afterwards?: () => Promise<unknown>;
  readonly env?: Readonly<Record<string, string>>;
  /** Time limit of each check. */
  readonly within?: string;
}

/** How a run ended. */
export interface Outcome {
  readonly code: number | null;
  readonly ending: string;
  readonly why: string;
  /** All of its output: every event, and what it said to the person. */
  readonly output: string;
}

/** A run, and the possibility to undo it. */
interface Attempt extends AsyncDisposable {
  readonly outcome: Outcome;
  /** Undoes the run as a run of its own. `afterwards`: as soon as its action was answered. */
  undo(afterwards?: () => Promise<unknown>): Promise<Outcome>;
}

/** Time limit of a test with one or two runs, on a busy machine. */
export const patientMs = 120_000;

const runbook = 'repair';
/** A run is never recovered sooner than 12 s after its action. */
const patience = '16s';

const profileOf = ({
  sources,
  signals = [],
  logs,
  when,
  act,
  verify,
  within = patience,
}: Situation): string =>
  JSON.stringify({
    opsdeck: 1,
    system: 'orders',
    env: 'real',
    tier: 'dev',
    sources,
    signals,
    ...(logs === undefined ? {} : { logs }),
    runbooks: [
      {
        id: runbook,
        title: 'Repair the orders',
        when,
        act: [{ id: 'a1', title: 'Repair', ...(act ?? { ...leverAct }) }],
        verify: verify.map((step, index) => ({
          id: `v${index + 1}`,
          title: `Check ${index + 1}`,
          within,
          for: '1s',
          ...(typeof step === 'string' ? { that: step } : step),
        })),
        watch: '0s',
      },
    ],
  });

/** The name of the source whose requests are answered with success and have no effect (`openLever`). */
export const lever = 'lever';
const leverAct = { use: `${lever}.request`, with: { method: 'POST', path: '/repair' }, danger: 'disruptive' };

const eventsIn = (stdout: string): readonly Readonly<Record<string, unknown>>[] =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

/** Runs the runbook of a situation with the built program. */
export const attempt = async (situation: Situation): Promise<Attempt> => {
  await using opened = new AsyncDisposableStack();
  const sandbox = opened.use(await openSandbox());
  await sandbox.put('profiles/real.yaml', profileOf(situation));
  const run = async (
    what: readonly string[],
    afterwards: (() => Promise<unknown>) | undefined,
  ): Promise<Outcome & { readonly run: string }> => {
    const { confirm = lever, env } = situation;
    const args = ['run', ...what, '--env', 'orders/real', '--confirm', confirm, '--json'];
    const running = sandbox.start(args, env);
    // A run that is refused never acts; it says why.
    const acted = running.printed(/"event":"acted".*"ok":true/).catch(() => undefined);
    if ((await acted) !== undefined) await afterwards?.();
    const { code, stdout, stderr } = await running.ended;
    const output = `${stdout}${stderr}`;
    const { ending = 'none', why = output, run: id } = eventsIn(stdout).at(-1) ?? {};
    return { code, output, ending: String(ending), why: String(why), run: String(id) };
  };
  const outcome = await run([runbook], situation.afterwards);
  const resources = opened.move();
  return {
    outcome,
    undo: (afterwards) => run(['--undo', outcome.run], afterwards),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
};

/** Asserts that a run acted, is not recovered, and that its reason names what was noticed. */
export const expectNotRecovered = ({ code, ending, why, output }: Outcome, noticed: RegExp): void => {
  expect(output, 'the action was answered with success').toMatch(/"event":"acted".*"ok":true/);
  expect({ code, ending, why }).toEqual({
    code: expect.toSatisfy((it) => it !== 0 && it !== null, 'an exit code other than 0'),
    ending: expect.not.stringMatching(/^recovered$/),
    why: expect.stringMatching(noticed),
  });
};

/** Asserts that a run is recovered: 0, or 5 where the symptoms of other tests on the same server go on around it. */
export const expectRecovered = ({ code, ending, why }: Outcome): void => {
  expect({ code, ending, why }).toEqual({
    code: expect.toSatisfy((it) => it === 0 || it === 5, 'exit code 0 or 5'),
    ending: 'recovered',
    why: expect.any(String),
  });
};

/** Runs a situation whose action has no effect; asserts that it is not recovered. */
export const isNotRecovered = async (situation: Situation, noticed: RegExp): Promise<void> => {
  await using attempted = await attempt(situation);
  expectNotRecovered(attempted.outcome, noticed);
};

/** Runs a situation whose action works; asserts that it is recovered. */
export const isRecovered = async (situation: Situation): Promise<void> => {
  await using attempted = await attempt(situation);
  expectRecovered(attempted.outcome);
};
