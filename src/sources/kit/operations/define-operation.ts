import type { ZodType } from 'zod';
import { defined } from '../../../domain/base/defined.ts';
import type { Fault } from '../../../domain/base/fault.ts';
import { issuesText } from '../../../domain/facts/schema.ts';
import type {
  ActEvent,
  PermissionResult,
  Plan,
  TargetDrift,
  UndoCall,
} from '../../../domain/runbooks/operation.ts';
import { PlanError } from '../../../domain/runbooks/operation.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import type { ProgramEnd } from '../../../platform/processes/program.ts';
import {
  declaredDanger,
  type OperationDanger,
  operationDanger,
  plannedDanger,
} from '../../../runs/policy/danger.ts';
import type { Operation, OperationDeclaration } from '../contract/source.ts';

/**
 * Yields the exit status of a program as data; nothing when it was killed by a signal. Its output is yielded
 * separately. `text`: the output, where its lines contain more than the program wrote.
 */
export function* exitStatusEvents(
  { status }: Pick<ProgramEnd, 'status'>,
  text?: string,
): Generator<ActEvent, void, undefined> {
  if (status !== undefined) yield { is: 'found', found: { status, ...defined({ text }) } };
}

/** Events of a login check: whether the server accepted the login, as text and as JSON `login`. */
export function* loginResultEvents(line: string, login: 'accepted' | 'refused'): Generator<ActEvent> {
  yield { is: 'output', text: login };
  yield { is: 'found', found: { json: { login } } };
  yield { is: 'answered', line, status: login, ok: true };
}

type Values = Readonly<Record<string, unknown>>;

/** Static properties of an operation: name, params and danger. They are declared here only. */
export interface OperationSpec<P extends Values> extends Omit<OperationDeclaration, 'params' | 'danger'> {
  readonly name: string;
  readonly params: ZodType<P>;
  /** Absent: destructive. */
  readonly danger?: OperationDanger;
}

/** Declares an operation without its behavior, for a module that is light to import or for several operations. */
export const declareOperation = <P extends Values>(declared: OperationSpec<P>): OperationSpec<P> => declared;

/** A plan with params parsed by the operation's schema. */
export type PlanOf<P extends Values> = Omit<Plan, 'params'> & { readonly params: P };

/** A plan as `plan` returns it; `use`, the danger and the params come from the declaration. */
export type PlanDraft = Omit<Plan, 'use' | 'danger' | 'params'> & {
  /**
   * The minimum danger of this plan, for a step that declares one; never below the declared one. Absent: safe.
   */
  readonly danger?: Plan['danger'];
  /** Params to keep in the plan instead of the given ones. */
  readonly params?: Values;
};

/** Behavior of an operation, with parsed params; see `Operation`. */
export interface OperationBehavior<P extends Values> {
  plan(params: P, signal: AbortSignal): Promise<PlanDraft>;
  permits?(plan: PlanOf<P>, signal: AbortSignal): Promise<PermissionResult>;
  recheck(plan: PlanOf<P>, signal: AbortSignal): Promise<TargetDrift | undefined>;
  act(plan: PlanOf<P>, change: ChangeIo, signal: AbortSignal): AsyncIterable<ActEvent>;
  undo?(plan: PlanOf<P>): UndoCall | undefined;
}

/** A defined operation: declared for the profile loader, and opened with the parts of its source. */
export interface OperationDefinition<Parts> extends OperationDeclaration {
  readonly name: string;
  open(parts: Parts): Operation;
}

/**
 * Defines an operation. The profile loader's checks and the executor's behavior both derive from it. Params are parsed
 * here only: a plan keeps them as given, as text for the preview and the ledger. `plan` throws PlanError for invalid
 * params.
 */
export const defineOperation = <P extends Values, Parts extends { readonly source: string }>(
  { danger: declaration, ...declared }: OperationSpec<P>,
  behaviorOf: (parts: Parts) => OperationBehavior<P>,
): OperationDefinition<Parts> => {
  const { name, params: schema, actions, mayRestart } = declared;
  const danger = declaredDanger(declaration);
  const dangerOf = (params: Values): OperationDanger => operationDanger({ ...declared, danger }, params);
  const read = (plan: Plan): PlanOf<P> => ({ ...plan, params: parsed(schema, plan.params) });
  return {
    ...declared,
    danger,
    open: (parts) => {
      const { plan, permits, recheck, act, undo } = behaviorOf(parts);
      return {
        name,
        danger: dangerOf,
        plan: async (rawParams, signal) => {
          const {
            danger: least,
            params = rawParams,
            earlier,
            ...draft
          } = await plan(parsed(schema, rawParams), signal);
          return {
            use: `${parts.source}.${name}`,
            danger: plannedDanger(dangerOf(rawParams), least),
            ...draft,
            params,
            ...defined({ earlier }),
          };
        },
        ...(permits === undefined ? {} : { permits: (plan, signal) => permits(read(plan), signal) }),
        recheck: async (plan, signal) => recheck(read(plan), signal),
        act: (plan, change, signal) => act(read(plan), change, signal),
        ...(undo === undefined ? {} : { undo: (plan) => undo(read(plan)) }),
        ...defined({ actions, mayRestart }),
      };
    },
  };
};

/**
 * Marks the operations of a source that runs or deploys the processes of other sources: each of them may restart some, also
 * where its plan cannot tell which.
 */
export const mayRestartProcesses = <Parts>(
  definitions: readonly OperationDefinition<Parts>[],
): readonly OperationDefinition<Parts>[] =>
  definitions.map((definition) => ({
    ...definition,
    mayRestart: true,
    open: (parts) => ({ ...definition.open(parts), mayRestart: true }),
  }));

/** Declarations of operations by name, for `SourceModule.operations`. */
export const declarationsOf = (
  definitions: readonly (OperationDeclaration & { readonly name: string })[],
): Readonly<Record<string, OperationDeclaration>> =>
  Object.fromEntries(definitions.map((definition) => [definition.name, definition]));

/**
 * Reads `what` for a plan. Throws PlanError: one of the read itself, or one with the message of the fault that `client`
 * makes of its error.
 */
export const readForPlan = async <T>(
  client: { fault(what: string, error: unknown): Fault },
  what: string,
  read: () => Promise<T>,
): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PlanError) throw error;
    throw new PlanError('failed', client.fault(what, error).message, { cause: error });
  }
};

/** Parses params. Throws PlanError. */
const parsed = <P>(schema: ZodType<P>, params: Values): P => {
  const { success, data, error } = schema.safeParse(params);
  if (success) return data;
  throw new PlanError('failed', issuesText(error));
};
