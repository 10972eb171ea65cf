import type { Millis } from '../../domain/fault.ts';
import type { Proposal } from '../../domain/proposal.ts';
import type { DiagnosisResult, LoginResult, OperatorAnswers } from '../../domain/run.ts';
import type { ParamSpec, ParamValues, Runbook } from '../../domain/runbook.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { choicesOf, selectionBounds } from '../../expressions/choices.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ArmingControl } from '../../runs/admission.ts';
import { checkParams, type ParamInputs } from '../../runs/runbooks/params.ts';
import type { RunView } from '../../store/cockpit.ts';

/** The next step before planning: nothing, a parameter to ask for, or an unknown one. */
type ParamPrompt =
  | { readonly is: 'whole'; readonly values: ParamValues }
  | { readonly is: 'asking'; readonly asking: NonNullable<RunView['parameterPrompt']> }
  | { readonly is: 'wrong'; readonly why: string };

const isChosen = ({ type }: ParamSpec): boolean => type === 'choice' || type === 'choices';

const choicesFor = (
  spec: ParamSpec,
  snapshot: Snapshot,
): Pick<NonNullable<RunView['parameterPrompt']>, 'choices' | 'about' | 'problem'> => {
  if (!isChosen(spec)) return {};
  const choices = choicesOf(spec, snapshot);
  return 'choices' in choices
    ? { choices: choices.choices, ...(choices.about === undefined ? {} : { about: choices.about }) }
    : { problem: choices.problem };
};

/** The first missing parameter with its current choices, or the values of all. */
export const nextParamPrompt = (runbook: Runbook, inputs: ParamInputs, snapshot: Snapshot): ParamPrompt => {
  const checked = checkParams(runbook, inputs, snapshot);
  if (checked.ok) return { is: 'whole', values: checked.values };
  const [problem] = checked.problems;
  const spec = runbook.params.find((param) => param.name === problem?.name);
  if (problem === undefined || spec === undefined) return { is: 'wrong', why: problem?.what ?? '' };
  return {
    is: 'asking',
    asking: {
      name: spec.name,
      title: spec.title ?? spec.name,
      ...(spec.type === 'choices' ? { several: selectionBounds(spec) } : {}),
      ...(problem.missing ? {} : { problem: problem.what }),
      ...choicesFor(spec, snapshot),
    },
  };
};

/** The minimum reading time of a card: an earlier key press was meant for something else. */
export const minReadingMs: Millis = 400;

/** The time since which a card can be confirmed. */
interface ConfirmDelay {
  /** Called when a card is shown. */
  shown(): void;
  /** True until the card has been shown, and armed, long enough to be read. */
  tooSoon(): boolean;
}

/** Uses the steady clock. Two quick presses of enter must not arm an environment and confirm a run in it. */
export const createConfirmDelay = (clock: Clock, arming: ArmingControl): ConfirmDelay => {
  let shownAt: Millis = Number.NEGATIVE_INFINITY;
  return {
    shown: () => {
      shownAt = clock.now();
    },
    tooSoon: () => {
      const now = clock.now();
      const { armedUntil, forMs = 0 } = arming.state(now);
      const armedAt = armedUntil === undefined ? Number.NEGATIVE_INFINITY : armedUntil - forMs;
      return now - Math.max(shownAt, armedAt) < minReadingMs;
    },
  };
};

/** The operator's answers to a run in progress. */
interface PendingRunAnswers {
  /** The answers to a card: typed text, or a key that confirms all of its names. */
  of(proposal: Proposal, answer: { readonly typed?: string; readonly pasted: boolean }): OperatorAnswers;
  /** The answer at a manual step or an abort point. Ignored without a question. */
  tick(done: boolean): void;
  /** The result of a login renewal. Ignored without a question. */
  loggedIn(answer: LoginResult): void;
}

/** Resolves with the operator's answer; false when the run is stopped before. */
const answered = (
  put: (answer: ((yes: boolean) => void) | undefined) => void,
  signal: AbortSignal,
): Promise<boolean> =>
  new Promise((resolve) => {
    const done = (yes: boolean): void => {
      put(undefined);
      resolve(yes);
    };
    put(done);
    signal.addEventListener('abort', () => done(false), { once: true });
  });

/** `diagnoses`: returns the diagnosis available so far. */
export const createPendingRunAnswers = (diagnoses: () => readonly DiagnosisResult[]): PendingRunAnswers => {
  let answerTick: ((done: boolean) => void) | undefined;
  let answerLogin: ((answer: LoginResult) => void) | undefined;
  return {
    of: ({ gate, names }, { typed, pasted }) => ({
      names: gate.typed ? (typed ?? '').split('\n') : names,
      pasted,
      by: gate.typed ? 'typed' : 'key',
      tick: (_step, signal) =>
        answered((answer) => {
          answerTick = answer;
        }, signal),
      login: () =>
        new Promise((resolve) => {
          // Each question takes one answer: a repeated key press must not answer the next.
          answerLogin = (answer) => {
            answerLogin = undefined;
            resolve(answer);
          };
        }),
      found: diagnoses,
    }),
    tick: (done) => answerTick?.(done),
    loggedIn: (answer) => answerLogin?.(answer),
  };
};
