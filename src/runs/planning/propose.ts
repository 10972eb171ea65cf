import { formatDuration } from '../../domain/duration.ts';
import type { TargetPin } from '../../domain/operation.ts';
import { PlanError } from '../../domain/operation.ts';
import type { Profile } from '../../domain/profile.ts';
import type { PlannedStep, Proposal, ShownTarget } from '../../domain/proposal.ts';
import type { ParamValues, Runbook } from '../../domain/runbook.ts';
import type { Engine } from '../../engine/engine.ts';
import { canonicalJson } from '../../persistence/ledger/chain.ts';
import type { Clock } from '../../platform/clock.ts';
import { clockInstant } from '../clock-instant.ts';
import type { ProposalRequest } from '../door.ts';
import type { PendingRun, PendingStep } from '../pending-run.ts';
import { mostDangerous } from '../policy/danger.ts';
import { strictestGate } from '../policy/gates.ts';
import { maskDeep } from '../recorder.ts';
import { bindParams, type LoopStep, loopTurns, referencedParams, withTurnValue } from '../runbooks/bind.ts';
import { manualStep, type PlanningParts, planStep } from './plan-step.ts';
import type { ProposalRefusal } from './source-reads.ts';

/** From then on the earlier value may well not be what anybody wants any more. */
const oldMs = 30 * 60_000;

const forbidden = (why: string): ProposalRefusal => ({ ending: 'forbidden', why });

/** An undo belongs where its run was: ids of sources are the same in every environment of a system. */
const elsewhere = (
  { undoing, undoes = '' }: ProposalRequest,
  { system, env }: Pick<Profile, 'system' | 'env'>,
): ProposalRefusal | undefined =>
  undoing === undefined || (undoing.system === system && undoing.env === env)
    ? undefined
    : forbidden(
        `run ${undoes} belongs to ${undoing.system}/${undoing.env}, not ${system}/${env}: undo it there`,
      );

/** Another object of a name that stood on the screen than the one that stood there. */
const notTheOneShown = (pins: readonly TargetPin[], shown: readonly ShownTarget[]): string | undefined => {
  const other = pins.find(({ name, uid }) => {
    const seen = shown.filter((one) => one.name === name);
    return seen.length > 0 && !seen.some((one) => one.uid === uid);
  });
  return (
    other &&
    `${other.name} is not the object that was shown: it has since been replaced by another with the same name; check it again`
  );
};

/** What stands there now and is not what the run left: somebody has been there since. */
const sinceLeft = (
  pins: readonly TargetPin[],
  left: readonly TargetPin[],
  mask: (text: string) => string,
): string | undefined => {
  for (const { name, uid, saw } of left) {
    const now = pins.find((pin) => mask(pin.uid) === uid);
    if (now === undefined) return `${name} has changed since the run: the object it acted on no longer exists`;
    if (mask(now.saw) !== saw)
      return `${name} has changed since the run: expected ${saw}, found ${mask(now.saw)}; it was not overwritten`;
  }
  return undefined;
};

const ageWords = (ms: number): string => {
  const age = `the previous value was captured ${formatDuration(Math.max(0, Math.round(ms / 1000) * 1000))} ago`;
  return ms < oldMs ? age : `${age}: check that it is still the one you want`;
};

const withObjects = (step: PendingStep, lines: readonly string[]): PendingStep => {
  const { plan } = step.planned;
  if (plan === undefined) return step;
  return { ...step, planned: { ...step.planned, plan: { ...plan, objects: [...lines, ...plan.objects] } } };
};

/**
 * A planned step, when it is what somebody asked for: on the rows that they saw; and of an undo, on what the run that it
 * takes back has left. The card of an undo tells how old the earlier value is.
 */
const asAsked = (
  step: PendingStep,
  { shown = [], undoing }: ProposalRequest,
  { clock, mask }: { readonly clock: Clock; readonly mask: (text: string) => string },
): PendingStep | ProposalRefusal => {
  const pins = step.act?.plan.targets ?? [];
  const stranger = notTheOneShown(pins, shown);
  if (stranger !== undefined) return forbidden(stranger);
  if (undoing === undefined) return step;
  const left = undoing.left[step.planned.id] ?? [];
  const changed = sinceLeft(pins, left, mask);
  if (changed !== undefined) return forbidden(changed);
  const unread =
    left.length === 0
      ? ['the state after the run could not be read: later changes cannot be detected']
      : [];
  return withObjects(step, [ageWords(clock.now() - undoing.capturedAt), ...unread]);
};

/** The step's params with their values. Throws PlanError that names the step. */
const boundWith = (
  step: LoopStep,
  values: ParamValues,
  engine: Pick<Engine, 'bind'>,
): ReturnType<Engine['bind']> => {
  try {
    return engine.bind(step, values);
  } catch (error) {
    if (error instanceof PlanError) throw new PlanError(error.ending, `${step.id}: ${error.message}`);
    throw error;
  }
};

/** The steps with their values. An undo holds values that were read, not references to parameters: it stays as it is. */
const boundSteps = (
  { runbook, params, undoes }: ProposalRequest,
  engine: Pick<Engine, 'bind'>,
): readonly LoopStep[] =>
  undoes !== undefined
    ? runbook.act
    : runbook.act.flatMap((step) => {
        return loopTurns(step, params).map((once) => {
          const values = withTurnValue(params, once.turn);
          return {
            ...once,
            title: String(bindParams(once.title, values)),
            with: boundWith(once, values, engine),
          };
        });
      });

const problemOf = (runbook: Runbook): ProposalRefusal | undefined =>
  runbook.problem && {
    ending: 'not-applicable',
    why: `${runbook.title} cannot be run: ${runbook.problem.message}`,
  };

/** A title that names what it acts on; as it is written where that has no value. */
const titleOf = ({ runbook, params, undoes }: ProposalRequest): string => {
  if (undoes !== undefined || referencedParams(runbook.title).some((name) => params[name] === undefined))
    return runbook.title;
  return String(bindParams(runbook.title, params));
};

/**
 * An undo is taken from what was written down, where secrets are blotted out: one that holds a secret would write the blot
 * into what it is to mend, so that none is offered.
 */
const withWholeUndo = (step: PendingStep, mask: (text: string) => string): PendingStep => {
  const { undo, plan, ...planned } = step.planned;
  const values = (undo ?? []).map((call) => call.with);
  if (canonicalJson(maskDeep(values, mask)) === canonicalJson(values)) return step;
  const lost = [plan?.lost, 'no undo available: the previous value contains a secret'];
  const words = lost.filter((one) => one !== undefined).join('; ');
  return {
    ...step,
    planned: { ...planned, ...(plan === undefined ? {} : { plan: { ...plan, lost: words } }) },
  };
};

const namesOf = (steps: readonly PendingStep[]): readonly string[] => [
  ...new Set(steps.flatMap(({ act }) => act?.plan.targets.map(({ name }) => name) ?? [])),
];

const boundOr = (
  request: ProposalRequest,
  engine: Pick<Engine, 'bind'>,
): readonly LoopStep[] | ProposalRefusal => {
  try {
    return boundSteps(request, engine);
  } catch (error) {
    if (error instanceof PlanError) return { ending: error.ending, why: error.message };
    const why = error instanceof Error ? error.message : '';
    return { ending: 'failed', why: `cannot bind parameters: ${why}` };
  }
};

/** What a step says besides what it does: it goes with its plan. */
const aside = ({ turn, pauseMs, timeoutMs, ask, needs }: LoopStep): Partial<PlannedStep> => ({
  ...(turn === undefined ? {} : { each: turn }),
  ...(pauseMs === undefined || (turn?.nth ?? 1) === 1 ? {} : { pauseMs }),
  ...(timeoutMs === undefined ? {} : { timeoutMs }),
  ...(ask === true && (turn?.nth ?? 1) === 1 ? { ask } : {}),
  ...(needs === undefined ? {} : { needs }),
});

const planAll = async (
  request: ProposalRequest,
  parts: PlanningParts & { readonly mask: (text: string) => string },
  signal: AbortSignal,
): Promise<{ readonly steps: readonly PendingStep[]; readonly refusal?: ProposalRefusal }> => {
  const problem = problemOf(request.runbook) ?? elsewhere(request, parts.engine.profile);
  if (problem !== undefined) return { steps: [], refusal: problem };
  const bound = boundOr(request, parts.engine);
  if ('ending' in bound) return { steps: [], refusal: bound };
  const steps: PendingStep[] = [];
  for (const step of bound) {
    const planned =
      step.manual === true
        ? manualStep(step, parts.engine.profile)
        : await planStep(step, step.with ?? {}, parts, signal);
    const fit = 'ending' in planned ? planned : asAsked(planned, request, parts);
    if ('ending' in fit) return { steps, refusal: fit };
    steps.push({ ...fit, planned: { ...fit.planned, ...aside(step) } });
  }
  return { steps };
};

/** Plans a run: every step with fresh reads, one behind the other. What is returned to be shown is masked. */
export const propose = async (
  run: string,
  request: ProposalRequest,
  parts: PlanningParts & { readonly mask: (text: string) => string },
  signal: AbortSignal,
): Promise<PendingRun> => {
  const { runbook, params, undoes, override } = request;
  const { system, env, tier } = parts.engine.profile;
  const { steps: all, refusal } = await planAll(request, parts, signal);
  const steps = all.map((step) => withWholeUndo(step, parts.mask));
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
    plannedAt: parts.clock.now(),
    ...(refusal === undefined ? {} : { refusal }),
    ...(override === undefined ? {} : { override }),
    ...(undoes === undefined ? {} : { undoes }),
  };
  const { undoing } = request;
  return {
    proposal: maskDeep(proposal, parts.mask),
    runbook,
    params,
    steps,
    plannedAt: clockInstant(parts.clock),
    ...(undoing === undefined ? {} : { undoing }),
  };
};
