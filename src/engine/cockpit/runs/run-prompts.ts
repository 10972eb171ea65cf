import type { Millis } from '../../../domain/base/fault.ts';
import type { Snapshot } from '../../../domain/facts/snapshot.ts';
import { groupsOrNull, matchesOr } from '../../../domain/regex/matcher.ts';
import { compilePattern } from '../../../domain/regex/pattern.ts';
import type {
  ParamOrigin,
  ParamOrigins,
  ParamSpec,
  ParamValues,
  Runbook,
} from '../../../domain/runbooks/runbook.ts';
import type { Proposal } from '../../../domain/runs/proposal.ts';
import type { DiagnosisResult, LoginResult, OperatorAnswers } from '../../../domain/runs/run.ts';
import { type AvailableChoices, choicesOf, selectionBounds } from '../../../expressions/choices.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import type { ArmingControl } from '../../../runs/context/arming.ts';
import type { ReadChoices } from '../../../runs/reads/read-choices.ts';
import { withLikelyTargets } from '../../../runs/runbooks/likely-targets.ts';
import { checkParams, type ParamInputs } from '../../../runs/runbooks/params.ts';
import type { RunView } from '../../../store/cockpit.ts';

export type ParamPrompt = NonNullable<RunView['parameterPrompt']>;

/** The next step before planning: nothing, a parameter to ask for, or an unknown one. */
type NextParam =
  | { readonly is: 'whole'; readonly values: ParamValues }
  /** `values`: those of the parameters that are answered. */
  | { readonly is: 'asking'; readonly asking: ParamPrompt; readonly values: ParamValues }
  | { readonly is: 'wrong'; readonly why: string };

const isChosen = ({ type }: ParamSpec): boolean => type === 'choice' || type === 'choices';

const choicesFor = (
  spec: ParamSpec,
  runbook: Runbook,
  snapshot: Snapshot,
  params: ParamValues,
  known: ReadChoices,
): Partial<AvailableChoices> & Pick<ParamPrompt, 'problem' | 'isUndecided' | 'isUnnamed'> => {
  if (!isChosen(spec)) return {};
  const choices = known[spec.name] ?? choicesOf(spec, snapshot, params);
  return 'choices' in choices
    ? withLikelyTargets(spec, runbook, choices, snapshot)
    : { problem: choices.problem };
};

/** The part of a text that a parameter accepts: all of it, or the first match of its pattern; undefined: none. */
const acceptedPart = (text: string, { pattern }: ParamSpec): string | undefined => {
  if (pattern === undefined) return text;
  const whole = compilePattern(`^(?:${pattern})$`, 'u');
  if (typeof whole === 'string') return undefined;
  if (matchesOr(whole, text, false)) return text;
  const part = compilePattern(pattern, 'u');
  return typeof part === 'string' ? undefined : groupsOrNull(part, text)?.[0];
};

/** The value that the field of a typed parameter offers: the recommended number, or the first text that its source lists. */
const offerFor = (spec: ParamSpec, known: ReadChoices): Pick<ParamPrompt, 'recommended' | 'about'> => {
  if (spec.recommended !== undefined) return { recommended: String(spec.recommended) };
  const found = spec.type === 'string' ? known[spec.name] : undefined;
  if (found === undefined || !('choices' in found)) return {};
  const offers = found.choices.flatMap((text) => {
    const part = acceptedPart(text, spec);
    return part === undefined ? [] : [{ part, about: found.about?.[text] ?? '' }];
  });
  const [first] = offers;
  return first === undefined ? {} : { recommended: first.part, about: { [first.part]: first.about } };
};

/** The question for one parameter, with its current choices. */
const promptOf = (
  spec: ParamSpec,
  runbook: Runbook,
  snapshot: Snapshot,
  params: ParamValues,
  known: ReadChoices,
  problem: Pick<ParamPrompt, 'problem'> = {},
): ParamPrompt => ({
  name: spec.name,
  title: spec.title ?? spec.name,
  ...(spec.type === 'choices' ? { several: selectionBounds(spec) } : {}),
  ...offerFor(spec, known),
  ...problem,
  ...choicesFor(spec, runbook, snapshot, params, known),
});

/**
 * The answer to a question that has only one: the value that the card would take with one key. Undefined when the operator
 * decides: there may be more that could not be read, the choice is doubted, the evidence names other objects, an answer was wrong,
 * or a text is typed.
 */
export const onlyAnswer = (prompt: ParamPrompt): string | readonly string[] | undefined => {
  const { choices = [], hidden, doubts = {}, problem, several, isUnnamed } = prompt;
  const [choice] = choices;
  if (choice === undefined || choices.length > 1 || hidden !== undefined || problem !== undefined)
    return undefined;
  if (doubts[choice] !== undefined || isUnnamed === true || (several?.min ?? 1) > 1) return undefined;
  return several === undefined ? choice : [choice];
};

type PlannedRun = Pick<RunView, 'runbook' | 'params' | 'stage' | 'proposal' | 'parameterPrompt'>;

/** The question which parameter of a planned run to change. */
const pickPrompt = ({ runbook }: PlannedRun): ParamPrompt => ({
  name: '',
  title: 'Parameter to change',
  choices: runbook.params.map(({ name }) => name),
  picks: true,
});

/** True on the preview of a run, and on the list of its parameters. An undo restores recorded values. */
const isChangeable = ({ stage, proposal, parameterPrompt }: PlannedRun): boolean =>
  proposal !== undefined &&
  proposal.undoes === undefined &&
  (stage === 'proposed' || parameterPrompt?.picks === true);

/**
 * The question for another value of a parameter of a planned run, with its current value. Without a name: for the only
 * parameter, or which one. Undefined when there is nothing to change.
 */
export const changePrompt = (
  run: PlannedRun,
  name: string | undefined,
  snapshot: Snapshot,
  known: ReadChoices,
): ParamPrompt | undefined => {
  if (!isChangeable(run)) return undefined;
  const { params } = run.runbook;
  if (name === undefined && params.length > 1) return pickPrompt(run);
  const spec = name === undefined ? params[0] : params.find((param) => param.name === name);
  const value = run.params[spec?.name ?? ''];
  if (spec === undefined || value === undefined) return undefined;
  return {
    ...promptOf(spec, run.runbook, snapshot, run.params, known),
    value: typeof value === 'object' ? value : String(value),
  };
};

/** Where each value of a run came from: as given, otherwise its default. */
export const originsOf = ({ params }: Runbook, given: ParamOrigins): ParamOrigins =>
  Object.fromEntries(
    params.map(({ name, isProfileDefault }): [string, ParamOrigin] => [
      name,
      given[name] ?? (isProfileDefault === true ? 'profile' : 'default'),
    ]),
  );

/** The same origin for every given value. */
export const originOfAll = (inputs: ParamInputs, origin: ParamOrigin): ParamOrigins =>
  Object.fromEntries(Object.keys(inputs).map((name) => [name, origin]));

/** The first missing parameter with its current choices, or the values of all. */
export const nextParamPrompt = (
  runbook: Runbook,
  inputs: ParamInputs,
  snapshot: Snapshot,
  known: ReadChoices = {},
): NextParam => {
  const checked = checkParams(runbook, inputs, snapshot, known);
  if (checked.ok) return { is: 'whole', values: checked.values };
  const [problem] = checked.problems;
  const spec = runbook.params.find((param) => param.name === problem?.name);
  if (problem === undefined || spec === undefined) return { is: 'wrong', why: problem?.what ?? '' };
  return {
    is: 'asking',
    values: checked.values,
    asking: promptOf(
      spec,
      runbook,
      snapshot,
      checked.values,
      known,
      problem.missing ? {} : { problem: problem.what },
    ),
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
