import type { ParamValues } from '../../domain/param-value.ts';
import { PlanError } from '../../domain/plan-error.ts';
import type { PlannedStep, Proposal } from '../../domain/proposal.ts';
import type { Runbook } from '../../domain/runbook.ts';
import type { Engine } from '../../engine/engine.ts';
import { canonicalJson } from '../../persistence/ledger/canonical.ts';
import type { ProposalRequest } from '../door.ts';
import type { Held, HeldStep } from '../held.ts';
import { maskDeep } from '../mask-deep.ts';
import { momentOf } from '../moment.ts';
import { mostDangerous } from '../policy/danger.ts';
import { strictest } from '../policy/gates.ts';
import { bindParams, paramsIn, withTurn } from '../runbooks/bind.ts';
import { type LoopStep, turnsOf } from '../runbooks/loop.ts';
import { asAsked, elsewhere } from './as-asked.ts';
import { manualStep, type PlanningParts, planStep } from './plan-step.ts';
import type { Refusal } from './source-reads.ts';

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
        return turnsOf(step, params).map((once) => {
          const values = withTurn(params, once.turn);
          return {
            ...once,
            title: String(bindParams(once.title, values)),
            with: boundWith(once, values, engine),
          };
        });
      });

const problemOf = (runbook: Runbook): Refusal | undefined =>
  runbook.problem && {
    ending: 'not-applicable',
    why: `${runbook.title} can be shown, not run: ${runbook.problem.message}`,
  };

/** A title that names what it acts on; as it is written where that has no value. */
const titleOf = ({ runbook, params, undoes }: ProposalRequest): string => {
  if (undoes !== undefined || paramsIn(runbook.title).some((name) => params[name] === undefined))
    return runbook.title;
  return String(bindParams(runbook.title, params));
};

/**
 * An undo is taken from what was written down, where secrets are blotted out: one that holds a secret would write the blot
 * into what it is to mend, so that none is offered.
 */
const withWholeUndo = (step: HeldStep, mask: (text: string) => string): HeldStep => {
  const { undo, plan, ...planned } = step.planned;
  const values = (undo ?? []).map((call) => call.with);
  if (canonicalJson(maskDeep(values, mask)) === canonicalJson(values)) return step;
  const lost = [plan?.lost, 'no undo is offered: what was there before holds a secret'];
  const words = lost.filter((one) => one !== undefined).join('; ');
  return {
    ...step,
    planned: { ...planned, ...(plan === undefined ? {} : { plan: { ...plan, lost: words } }) },
  };
};

const namesOf = (steps: readonly HeldStep[]): readonly string[] => [
  ...new Set(steps.flatMap(({ act }) => act?.plan.targets.map(({ name }) => name) ?? [])),
];

const boundOr = (request: ProposalRequest, engine: Pick<Engine, 'bind'>): readonly LoopStep[] | Refusal => {
  try {
    return boundSteps(request, engine);
  } catch (error) {
    if (error instanceof PlanError) return { ending: error.ending, why: error.message };
    const why = error instanceof Error ? error.message : '';
    return { ending: 'failed', why: `its parameters cannot be bound: ${why}` };
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
): Promise<{ readonly steps: readonly HeldStep[]; readonly refusal?: Refusal }> => {
  const problem = problemOf(request.runbook) ?? elsewhere(request, parts.engine.profile);
  if (problem !== undefined) return { steps: [], refusal: problem };
  const bound = boundOr(request, parts.engine);
  if ('ending' in bound) return { steps: [], refusal: bound };
  const steps: HeldStep[] = [];
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
): Promise<Held> => {
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
    gate: strictest(planned.map(({ gate }) => gate)),
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
    plannedAt: momentOf(parts.clock),
    ...(undoing === undefined ? {} : { undoing }),
  };
};
