import { defined } from '../../domain/base/defined.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import type { DeclaredEffect, Target, TargetPin } from '../../domain/runbooks/operation.ts';
import { PlanError } from '../../domain/runbooks/operation.ts';
import {
  type FollowUp,
  type ParamValues,
  type Runbook,
  withParamValues,
} from '../../domain/runbooks/runbook.ts';
import type { PlannedStep, Proposal, ShownTarget } from '../../domain/runs/proposal.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { canonicalJson } from '../../persistence/ledger/chain.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { ProposalRequest } from '../context/executor-api.ts';
import type { PendingRun, PendingStep, UndoContext } from '../context/pending-run.ts';
import type { RunParts } from '../context/run-context.ts';
import type { ProposalRefusal } from '../context/source-reads.ts';
import { clockInstant } from '../environment/clock-instant.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { mostDangerous } from '../policy/danger.ts';
import { resetGate, strictestGate } from '../policy/gates.ts';
import { draftRefusal } from '../policy/review.ts';
import { maskDeep } from '../records/recorder.ts';
import { resetRefusal } from '../resets/reset-request.ts';
import {
  bindParams,
  type LoopStep,
  loopTurns,
  referencedParams,
  withTurnValue,
} from '../runbooks/binding/bind.ts';
import { learnSecretParams } from '../runbooks/secret-params.ts';
import { createAccountReader, manualStep, type PlanningParts, planStep } from './plan-step.ts';
import { withTokens } from './proposal-tokens.ts';

/** The age from which the previous value may no longer be the requested one. */
const oldMs = 30 * 60_000;

const forbidden = (why: string): ProposalRefusal => ({ ending: 'forbidden', why });

/**
 * Refuses an undo outside the environment of its run: source ids are the same in every environment of a system.
 */
const elsewhere = (
  { undoing, undoes = '' }: ProposalRequest,
  { system, env }: Pick<Profile, 'system' | 'env'>,
): ProposalRefusal | undefined =>
  undoing === undefined || (undoing.system === system && undoing.env === env)
    ? undefined
    : forbidden(
        `run ${undoes} belongs to ${undoing.system}/${undoing.env}, not ${system}/${env}: start the undo there`,
      );

/** Refuses an undo across a drill: what a simulator held before must not be written to the real system, and the reverse. */
const acrossDrill = (
  { undoing, undoes = '' }: ProposalRequest,
  { system, env }: Pick<Profile, 'system' | 'env'>,
  isDrill: boolean,
): ProposalRefusal | undefined => {
  if (undoing === undefined || undoing.drill === isDrill) return undefined;
  const [of, here] = undoing.drill
    ? ['a drill', `the real ${system}/${env}`]
    : [`the real ${system}/${env}`, 'a simulator'];
  return forbidden(`run ${undoes} belongs to ${of}, and this is ${here}: start the undo there`);
};

/** Detects that an object shown on the screen has been replaced by another one with the same name. */
const notTheOneShown = (targets: readonly Target[], shown: readonly ShownTarget[]): string | undefined => {
  const other = targets.find(({ name, uid, rowUid = uid }) => {
    const seen = shown.filter((shownTarget) => shownTarget.name === name);
    return seen.length > 0 && rowUid !== '' && !seen.some((shownTarget) => shownTarget.uid === rowUid);
  });
  return (
    other &&
    `${other.name} is not the object that was shown: another object with the same name has replaced it. Check the target again`
  );
};

/** Detects changes made after the run: the current state differs from the state that the run left. */
const sinceLeft = (
  pins: readonly TargetPin[],
  left: readonly TargetPin[],
  mask: (text: string) => string,
): string | undefined => {
  for (const { name, uid, saw } of left) {
    const now = pins.find((pin) => mask(pin.uid) === uid);
    if (now === undefined) return `${name} has changed since the run: the object of the run no longer exists`;
    if (mask(now.saw) !== saw)
      return `${name} has changed since the run: expected ${saw}, found ${mask(now.saw)}. Nothing was overwritten`;
  }
  return undefined;
};

const ageWords = (ms: number): string => {
  const age = `the previous value was captured ${formatDuration(Math.max(0, Math.round(ms / 1000) * 1000))} ago`;
  return ms < oldMs ? age : `${age}: check that this is still the one you want`;
};

const withObjects = (step: PendingStep, lines: readonly string[]): PendingStep => {
  const { plan } = step.planned;
  if (plan === undefined) return step;
  return { ...step, planned: { ...step.planned, plan: { ...plan, objects: [...lines, ...plan.objects] } } };
};

/**
 * Checks a planned step against the request: on the objects that the operator saw and, for an undo, on the state
 * after the run. Adds the age of the previous value to the preview of an undo.
 */
const asAsked = (
  step: PendingStep,
  { shown = [], undoing, resets }: ProposalRequest,
  { clock, mask }: { readonly clock: Clock; readonly mask: (text: string) => string },
): PendingStep | ProposalRefusal => {
  const pins = step.act?.plan.targets ?? [];
  const stranger = notTheOneShown(pins, shown);
  if (stranger !== undefined) return forbidden(stranger);
  if (resets !== undefined) return step;
  if (undoing === undefined) return step;
  const left = undoing.left[step.planned.id] ?? [];
  const changed = sinceLeft(pins, left, mask);
  if (changed !== undefined) return forbidden(changed);
  const unread =
    left.length === 0
      ? [
          'the state after the run could not be read, so opsdeck cannot tell whether the object has changed since then',
        ]
      : [];
  return withObjects(step, [ageWords(clock.now() - undoing.capturedAt), ...unread]);
};

/** The parameters of a step with their values. Throws a PlanError that names the step. */
const boundWith = (
  step: LoopStep,
  values: ParamValues,
  engine: Pick<EnvironmentReader, 'bind'>,
): ReturnType<EnvironmentReader['bind']> => {
  try {
    return engine.bind(step, values);
  } catch (error) {
    if (error instanceof PlanError) throw new PlanError(error.ending, `${step.id}: ${error.message}`);
    throw error;
  }
};

/** Effects with the values of the run. A step about several values repeats itself for each (`each`). */
const boundEffects = (effects: readonly DeclaredEffect[], values: ParamValues): readonly DeclaredEffect[] =>
  effects.map((effect) => ({
    ...effect,
    where: Object.fromEntries(
      Object.entries(effect.where).map(([name, value]) => [
        name,
        typeof value === 'string' ? String(bindParams(value, values)) : value,
      ]),
    ),
  }));

/**
 * The steps with their values. An undo contains values that were read, not references, and stays unchanged.
 */
const boundSteps = (
  { runbook, params, undoes }: ProposalRequest,
  engine: Pick<EnvironmentReader, 'bind'>,
): readonly LoopStep[] =>
  undoes !== undefined
    ? runbook.act
    : runbook.act.flatMap((step) => {
        return loopTurns(step, params).map((once) => {
          const values = withTurnValue(params, once.turn);
          return {
            ...once,
            title: String(bindParams(once.title, values)),
            ...(once.notes === undefined ? {} : { notes: withParamValues(once.notes, values) }),
            with: boundWith(once, values, engine),
            ...(once.effects === undefined ? {} : { effects: boundEffects(once.effects, values) }),
          };
        });
      });

/** Refuses what follows from a run whose records do not permit it. */
const barred = ({ barred: why }: ProposalRequest): ProposalRefusal | undefined =>
  why === undefined ? undefined : forbidden(why);

/** Refuses a draft before anything is read for it. */
const unreviewed = (runbook: Runbook): ProposalRefusal | undefined => {
  const why = draftRefusal(runbook);
  if (why === undefined) return undefined;
  return { ...forbidden(why), missing: [{ what: 'review', why, position: runbook.position }] };
};

const problemOf = (runbook: Runbook): ProposalRefusal | undefined =>
  runbook.problem && {
    ending: 'not-applicable',
    why: `${runbook.title} cannot be run: ${runbook.problem.message}`,
  };

/** The title with parameter values; unchanged where a value is missing. */
const titleOf = ({ runbook, params, undoes }: ProposalRequest): string => {
  if (undoes !== undefined || referencedParams(runbook.title).some((name) => params[name] === undefined))
    return runbook.title;
  return String(bindParams(runbook.title, params));
};

/**
 * Withholds an undo whose values contain secrets. An undo is built from the ledger, where secrets are masked, so it
 * would write the mask into the target.
 */
const withWholeUndo = (step: PendingStep, mask: (text: string) => string): PendingStep => {
  const { undo, plan, ...planned } = step.planned;
  const values = (undo ?? []).map((call) => call.with);
  if (canonicalJson(maskDeep(values, mask)) === canonicalJson(values)) return step;
  const lost = [
    plan?.lost,
    'the step cannot be undone: the previous value contains a secret, which opsdeck does not store',
  ];
  const words = lost.filter((text) => text !== undefined).join('; ');
  return {
    ...step,
    planned: { ...planned, ...(plan === undefined ? {} : { plan: { ...plan, lost: words } }) },
  };
};

/** A step of an automatic reset: it was confirmed with the change, and is not undone itself. */
const asReset = (step: PendingStep): PendingStep => {
  const { undo: _, ...planned } = step.planned;
  return { ...step, planned: { ...planned, gate: resetGate } };
};

/** Targets that a reset restores: those that its calls still find. */
const resettable = (
  undoing: UndoContext,
  steps: readonly PendingStep[],
  mask: (text: string) => string,
): UndoContext => ({
  ...undoing,
  back: undoing.back.map((undoneStep) => {
    const found = steps.find(({ planned }) => planned.id === undoneStep.id)?.act?.plan.targets ?? [];
    const uids = new Set(found.map(({ uid }) => mask(uid)));
    return { ...undoneStep, before: undoneStep.before.filter(({ uid }) => uids.has(uid)) };
  }),
});

const namesOf = (steps: readonly PendingStep[]): readonly string[] => [
  ...new Set(steps.flatMap(({ act }) => act?.plan.targets.map(({ name }) => name) ?? [])),
];

/**
 * The names to confirm and to type, where they are not all names: those of the steps whose gate asks for it. A run is
 * typed as a whole where the steps that ask have no target.
 */
const gatedNames = (steps: readonly PendingStep[]): Pick<Proposal, 'confirmNames' | 'typeNames'> => {
  const names = namesOf(steps);
  const confirmNames = namesOf(steps.filter(({ planned }) => planned.gate.confirm));
  const typeNames = namesOf(steps.filter(({ planned }) => planned.gate.typed));
  const isPart = (part: readonly string[], whole: readonly string[]): boolean =>
    part.length > 0 && part.length < whole.length;
  return {
    ...(isPart(confirmNames, names) ? { confirmNames } : {}),
    ...(isPart(typeNames, confirmNames) ? { typeNames } : {}),
  };
};

const boundOr = (
  request: ProposalRequest,
  engine: Pick<EnvironmentReader, 'bind'>,
): readonly LoopStep[] | ProposalRefusal => {
  try {
    return boundSteps(request, engine);
  } catch (error) {
    if (error instanceof PlanError) return { ending: error.ending, why: error.message };
    const why = error instanceof Error ? error.message : '';
    return { ending: 'failed', why: `the values of the parameters cannot be used: ${why}` };
  }
};

/** The properties of a step that go along with its plan. */
const aside = ({ turn, pauseMs, timeoutMs, ask, needs, notes }: LoopStep): Partial<PlannedStep> => ({
  ...defined({ each: turn }),
  ...(pauseMs === undefined || (turn?.nth ?? 1) === 1 ? {} : { pauseMs }),
  ...defined({ timeoutMs }),
  ...(ask === true && (turn?.nth ?? 1) === 1 ? { ask } : {}),
  ...defined({ needs, notes }),
});

export type ProposalParts = PlanningParts &
  Pick<RunParts, 'drill'> & { readonly mask: (text: string) => string };

/** Plans every step with fresh reads, up to the first one that cannot be planned. Changes nothing. */
export const planAll = async (
  request: ProposalRequest,
  parts: ProposalParts,
  signal: AbortSignal,
): Promise<{ readonly steps: readonly PendingStep[]; readonly refusal?: ProposalRefusal }> => {
  const { profile } = parts.engine;
  const problem =
    barred(request) ??
    unreviewed(request.runbook) ??
    problemOf(request.runbook) ??
    elsewhere(request, profile) ??
    acrossDrill(request, profile, parts.drill === true);
  if (problem !== undefined) return { steps: [], refusal: problem };
  const bound = boundOr(request, parts.engine);
  if ('ending' in bound) return { steps: [], refusal: bound };
  const steps: PendingStep[] = [];
  const accountOf = createAccountReader(parts.clock, signal);
  for (const step of bound) {
    const planned =
      step.manual === true
        ? manualStep(step, parts.engine.profile)
        : await planStep(step, step.with ?? {}, { ...parts, accountOf }, signal);
    const fit = 'ending' in planned ? planned : asAsked(planned, request, parts);
    if ('ending' in fit) return { steps, refusal: fit };
    steps.push({
      ...fit,
      planned: { ...fit.planned, ...aside(step) },
      ...defined({ effects: step.effects }),
    });
  }
  const pins = steps.flatMap(({ act }) => act?.plan.targets ?? []);
  const why = request.resets && resetRefusal(pins, request.resets, parts.mask);
  return why === undefined ? { steps } : { steps, refusal: { ending: 'not-applicable', why } };
};

/** Work of the runbook after a run, with the values of its parameters. An undo has none. */
const workAfter = (
  work: readonly FollowUp[] | undefined,
  { params, undoes }: ProposalRequest,
): readonly FollowUp[] | undefined =>
  undoes === undefined
    ? work?.map(({ id, title, notes }) => ({
        id,
        title: withParamValues(title, params),
        ...(notes === undefined ? {} : { notes: withParamValues(notes, params) }),
      }))
    : undefined;

/** Plans a run: every step with fresh reads, one after the other. The returned proposal is masked. */
export const propose = async (
  run: string,
  request: ProposalRequest,
  parts: ProposalParts,
  signal: AbortSignal,
): Promise<PendingRun> => {
  const { runbook, params, undoes, override, outage, resets } = request;
  const { system, env, tier } = parts.engine.profile;
  learnSecretParams(runbook.params, params);
  const { steps: all, refusal } = await planAll(request, parts, signal);
  const isUnattended = resets?.isUnattended === true;
  const steps = all.map((step) => (isUnattended ? asReset(step) : withWholeUndo(step, parts.mask)));
  const planned = steps.map((step) => step.planned);
  const proposal: Proposal = {
    run,
    runbook: runbook.id,
    title: titleOf(request),
    system,
    env,
    tier,
    params,
    steps: planned,
    gate: strictestGate(planned.map(({ gate }) => gate)),
    danger: mostDangerous(planned.map(({ danger }) => danger)),
    names: namesOf(steps),
    ...gatedNames(steps),
    plannedAt: parts.clock.now(),
    ...defined({
      refusal,
      override,
      outage,
      undoes,
      followUps: workAfter(request.runbook.after, request),
      preventions: workAfter(request.runbook.prevent, request),
    }),
    ...(isUnattended ? { reset: true as const } : {}),
    ...(parts.drill === true ? { drill: true as const } : {}),
  };
  const { undoing } = request;
  return {
    proposal: withTokens(maskDeep(proposal, parts.mask), parts.engine, parts.mask),
    runbook,
    params,
    steps,
    plannedAt: clockInstant(parts.clock),
    restarts: new Map(),
    ...defined({ resetsStep: resets?.step }),
    ...(undoing === undefined
      ? {}
      : { undoing: resets === undefined ? undoing : resettable(undoing, steps, parts.mask) }),
  };
};
