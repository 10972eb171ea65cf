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

/** What stands between a runbook and its plan: nothing, a parameter to be asked for, or one that it does not have. */
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
  const found = choicesOf(spec, snapshot);
  return 'choices' in found
    ? { choices: found.choices, ...(found.about === undefined ? {} : { about: found.about }) }
    : { problem: found.problem };
};

/** The first parameter that still lacks a value, with what there is to choose from now; or all of their values. */
export const nextParamPrompt = (runbook: Runbook, given: ParamInputs, snapshot: Snapshot): ParamPrompt => {
  const checked = checkParams(runbook, given, snapshot);
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

/** Nobody reads a card in less: a key that comes sooner was meant for what stood there before. */
export const minReadingMs: Millis = 400;

/** Since when a card can be said yes to. */
interface ConfirmDelay {
  /** A card has been put up. */
  shown(): void;
  /** True while it has not been up, and armed, for long enough to be read. */
  tooSoon(): boolean;
}

/** By the steady clock. Two quick enters must not arm an environment and confirm what is to be done in it. */
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

/** What keys answer to a run that goes on. */
interface PendingRunAnswers {
  /** The answers to a card: what was typed, or a key that stands for all of its names. */
  of(proposal: Proposal, answer: { readonly typed?: string; readonly pasted: boolean }): OperatorAnswers;
  /** The word on a manual step, or at an abort point. Without a question it is nothing. */
  tick(done: boolean): void;
  /** What came of renewing a login. Without a question it is nothing. */
  loggedIn(answer: LoginResult): void;
}

/** An answer that a key will give; false when the run is stopped before. */
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

/** `found`: what the diagnose steps have brought until it is asked. */
export const createPendingRunAnswers = (found: () => readonly DiagnosisResult[]): PendingRunAnswers => {
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
          // One answer to one question: a key pressed twice must not answer the next.
          answerLogin = (answer) => {
            answerLogin = undefined;
            resolve(answer);
          };
        }),
      found,
    }),
    tick: (done) => answerTick?.(done),
    loggedIn: (answer) => answerLogin?.(answer),
  };
};
