import { defined } from '../../domain/base/defined.ts';
import { issuesText } from '../../domain/facts/schema.ts';
import type { Profile } from '../../domain/profile/profile.ts';
import {
  type OperationCall,
  type Plan,
  PlanError,
  splitUse,
  type UndoCall,
} from '../../domain/runbooks/operation.ts';
import type { ActStep } from '../../domain/runbooks/runbook.ts';
import type { PlannedStep } from '../../domain/runs/proposal.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { toWireError } from '../../platform/runtime/wire-error.ts';
import type { Operation, Source, SourceModule } from '../../sources/kit/contract/source.ts';
import { expiredLogin, withRenewalHint } from '../context/login-renewal.ts';
import type { PendingStep } from '../context/pending-run.ts';
import { identityRefusal, type ProposalRefusal } from '../context/source-reads.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { moreDangerous, stepDanger } from '../policy/danger.ts';
import { gateOf, manualGate } from '../policy/gates.ts';
import { withDeadline } from '../reads/read-deadline.ts';

/** The time limit of the question who the login is: its answer is a record, and no plan waits for it longer. */
const accountMs = 3_000;

type With = Readonly<Record<string, unknown>>;

const failed = (why: string): ProposalRefusal => ({ ending: 'failed', why });

const systemChangesOf = ({ changesSystem }: ActStep): Pick<PendingStep, 'changesSystem'> =>
  defined({ changesSystem });

/** Plans a manual step: the gate follows from the danger that the step declares. */
export const manualStep = (step: ActStep, { tier, guard }: Profile): PendingStep => {
  const danger = step.danger ?? 'read';
  const gate = manualGate(gateOf(tier, danger, guard, step));
  return {
    planned: { id: step.id, title: step.title, manual: true, danger, gate },
    ...systemChangesOf(step),
  };
};

const whyNotOpen = (profile: Profile, source: string): string => {
  const entry = profile.sources.find(({ id }) => id === source);
  if (entry === undefined) return `this profile has no source called "${source}"`;
  return entry.problem === undefined ? `cannot open source ${source}` : `${source}: ${entry.problem.message}`;
};

/** The bound values as parsed by the schema of the operation, or its issues as text. */
const checked = (
  values: With,
  use: { source: string; name: string },
  profile: Profile,
  modules: readonly SourceModule[] | undefined,
): With | string => {
  const type = profile.sources.find(({ id }) => id === use.source)?.type;
  const spec = modules?.find((module) => module.type === type)?.operations[use.name];
  const parsed = spec?.params.safeParse(values);
  if (parsed === undefined) return values;
  if (parsed.success) return parsed.data;
  return issuesText(parsed.error);
};

const callsOf = (back: UndoCall | undefined): readonly OperationCall[] => {
  if (back === undefined) return [];
  const { and = [], ...first } = back;
  return [first, ...and];
};

/** The preview of an automatic reset. */
const resetTexts = ({ reset }: Plan): readonly string[] =>
  reset === undefined
    ? []
    : [`opsdeck resets the change automatically after ${formatDuration(reset.afterMs)}`];

export interface PlanningParts {
  readonly engine: EnvironmentReader;
  readonly clock: Clock;
  readonly modules?: readonly SourceModule[];
}

/** The account as which the system of a source knows the login; undefined if it does not tell, for whatever reason: no plan depends on it. */
export type AccountReader = (source: Source) => Promise<string | undefined>;

/** Reads the accounts for the steps of one plan, each source once: one that hangs is waited for once. */
export const createAccountReader = (clock: Clock, signal: AbortSignal): AccountReader => {
  const known = new Map<Source, Promise<string | undefined>>();
  const read = async (source: Source): Promise<string | undefined> => {
    const { account } = source;
    if (account === undefined) return undefined;
    try {
      return await withDeadline((within) => account(within), clock, signal, accountMs);
    } catch {
      return undefined;
    }
  };
  return (source) => {
    const account = known.get(source) ?? read(source);
    known.set(source, account);
    return account;
  };
};

/**
 * Plans one step with fresh reads: finds the operation, checks the values, confirms the identity of the system, and
 * sets danger and gate. Returns a refusal when no plan is possible. Changes nothing.
 */
export const planStep = async (
  step: ActStep,
  values: With,
  parts: PlanningParts & { readonly accountOf: AccountReader },
  signal: AbortSignal,
): Promise<PendingStep | ProposalRefusal> => {
  const { engine, clock, accountOf } = parts;
  const { profile } = engine;
  const use = splitUse(step.use ?? '');
  const source = engine.sources.get(use.source);
  if (source === undefined) return failed(whyNotOpen(profile, use.source));
  const operation = source.operations.find(({ name }) => name === use.name);
  if (operation === undefined) return failed(`source ${use.source} has no operation ${use.name}`);
  const params = checked(values, use, profile, parts.modules);
  if (typeof params === 'string') return failed(`${step.id}: ${params}`);
  const locked = await identityRefusal(engine, use.source, signal);
  if (locked !== undefined) return locked;

  const [drafted, account] = await Promise.all([
    madePlan(operation, params, { step, source: use.source, clock, signal, profile }),
    accountOf(source),
  ]);
  if ('ending' in drafted) return drafted;
  const { made, undo } = drafted;
  const effective = stepDanger(operation.danger(params), step.danger);
  if (effective === undefined)
    return failed(`${step.id}: ${step.use} does not say how dangerous it is. Write danger: in the step`);
  if (made.targets.length === 0)
    return {
      ending: 'not-applicable',
      why: `"${step.title}" has no target now: no row matches. Check where: of the step`,
    };
  if (made.reset !== undefined && undo.length === 0)
    return {
      ending: 'not-applicable',
      why: `${step.title}: the setting already has the value that the reset would restore, so there is nothing to reset`,
    };

  const danger = moreDangerous(effective, made.danger);
  const planned: PlannedStep = {
    id: step.id,
    title: step.title,
    manual: false,
    danger,
    gate: gateOf(profile.tier, danger, profile.guard, step),
    plan: { ...made, danger, objects: [...made.objects, ...resetTexts(made)] },
    ...defined({ account }),
    ...(undo.length === 0 ? {} : { undo }),
  };
  return { planned, act: { source: use.source, operation, plan: made }, ...systemChangesOf(step) };
};

const madePlan = async (
  operation: Operation,
  params: With,
  context: { step: ActStep; source: string; clock: Clock; signal: AbortSignal; profile: Profile },
): Promise<{ readonly made: Plan; readonly undo: readonly OperationCall[] } | ProposalRefusal> => {
  try {
    const made = await withDeadline(
      (signal) => operation.plan(params, signal),
      context.clock,
      context.signal,
    );
    // Without a target there is nothing to undo either.
    return { made, undo: made.targets.length === 0 ? [] : callsOf(operation.undo?.(made)) };
  } catch (error) {
    const fault = toFault(context.source, context.step.use ?? '', error, context.clock.now());
    const why = error instanceof PlanError ? error.message : fault.message;
    const kind = error instanceof PlanError ? (toWireError(error.cause)?.kind ?? fault.kind) : fault.kind;
    const login = expiredLogin(context.profile, { ...fault, kind, message: why });
    const ending = error instanceof PlanError ? error.ending : 'failed';
    return login === undefined ? { ending, why } : { ending, why: withRenewalHint(why, login), login };
  }
};
