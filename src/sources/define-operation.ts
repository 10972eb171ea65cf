import type { ZodType } from 'zod';
import type { ActEvent, PermissionResult, Plan, TargetDrift, UndoCall } from '../domain/operation.ts';
import { PlanError } from '../domain/operation.ts';
import { issuesText } from '../domain/schema.ts';
import type { ChangeIo } from '../doors/io.ts';
import type { ProgramEnd } from '../platform/processes/program.ts';
import {
  declaredDanger,
  type OperationDanger,
  operationDanger,
  plannedDanger,
} from '../runs/policy/danger.ts';
import type { Operation, OperationDeclaration } from './source.ts';

/**
 * A program's exit status as data; nothing for one that was ended by a signal. What it said comes as output. `text`: the same, where
 * that has more in its lines than the program wrote.
 */
export function* exitStatusEvents(
  { status }: Pick<ProgramEnd, 'status'>,
  text?: string,
): Generator<ActEvent, void, undefined> {
  if (status !== undefined) yield { is: 'found', found: { status, ...(text === undefined ? {} : { text }) } };
}

type Values = Readonly<Record<string, unknown>>;

/** What an operation says of itself: its name, its params, and how dangerous it is. Each stands here and nowhere else. */
export interface OperationSpec<P extends Values> extends Omit<OperationDeclaration, 'params' | 'danger'> {
  readonly name: string;
  readonly params: ZodType<P>;
  /** Absent: destructive. */
  readonly danger?: OperationDanger;
}

/** An operation's declaration, apart from how it is carried out: where a lighter file holds it, or another defines several. */
export const declareOperation = <P extends Values>(declared: OperationSpec<P>): OperationSpec<P> => declared;

/** A plan as its operation reads it: the params are what their schema made of them. */
export type PlanOf<P extends Values> = Omit<Plan, 'params'> & { readonly params: P };

/** A plan as `plan` returns it; `use`, the danger and the params are filled in from the declaration. */
export type PlanDraft = Omit<Plan, 'use' | 'danger' | 'params'> & {
  /** Where the step says the danger: the least that the plan is. Absent: safe. Never less than what is declared. */
  readonly danger?: Plan['danger'];
  /** What the plan keeps in place of the params as given. */
  readonly params?: Values;
};

/** How an operation is carried out, with its params as their schema made them; see `Operation`. */
export interface OperationBehavior<P extends Values> {
  plan(params: P, signal: AbortSignal): Promise<PlanDraft>;
  permits?(plan: PlanOf<P>, signal: AbortSignal): Promise<PermissionResult>;
  recheck(plan: PlanOf<P>, signal: AbortSignal): Promise<TargetDrift | undefined>;
  act(plan: PlanOf<P>, change: ChangeIo, signal: AbortSignal): AsyncIterable<ActEvent>;
  undo?(plan: PlanOf<P>): UndoCall | undefined;
}

/** An operation that is defined: declared for the profile's loader, and opened with the parts of its source. */
export interface OperationDefinition<Parts> extends OperationDeclaration {
  readonly name: string;
  open(parts: Parts): Operation;
}

/**
 * Defines an operation: what the profile's loader checks and what the executor carries out derive from it. The params are
 * parsed here only: a plan keeps them as they were given, as text for the preview and the ledger. `plan` throws PlanError for
 * params that do not fit.
 */
export const defineOperation = <P extends Values, Parts extends { readonly source: string }>(
  { danger: said, ...declared }: OperationSpec<P>,
  behaviorOf: (parts: Parts) => OperationBehavior<P>,
): OperationDefinition<Parts> => {
  const { name, params: schema } = declared;
  const danger = declaredDanger(said);
  const dangerOf = (given: Values): OperationDanger => operationDanger({ ...declared, danger }, given);
  const read = (plan: Plan): PlanOf<P> => ({ ...plan, params: parsed(schema, plan.params) });
  return {
    ...declared,
    danger,
    open: (parts) => {
      const { plan, permits, recheck, act, undo } = behaviorOf(parts);
      return {
        name,
        danger: dangerOf,
        plan: async (given, signal) => {
          const {
            danger: least,
            params = given,
            earlier,
            ...draft
          } = await plan(parsed(schema, given), signal);
          return {
            use: `${parts.source}.${name}`,
            danger: plannedDanger(dangerOf(given), least),
            ...draft,
            params,
            ...(earlier === undefined ? {} : { earlier }),
          };
        },
        ...(permits === undefined ? {} : { permits: (plan, signal) => permits(read(plan), signal) }),
        recheck: async (plan, signal) => recheck(read(plan), signal),
        act: (plan, change, signal) => act(read(plan), change, signal),
        ...(undo === undefined ? {} : { undo: (plan) => undo(read(plan)) }),
      };
    },
  };
};

/** The declarations of some operations by name, for `SourceModule.operations`. */
export const declarationsOf = (
  definitions: readonly (OperationDeclaration & { readonly name: string })[],
): Readonly<Record<string, OperationDeclaration>> =>
  Object.fromEntries(definitions.map((definition) => [definition.name, definition]));

/** Throws PlanError. */
const parsed = <P>(schema: ZodType<P>, given: Values): P => {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  throw new PlanError('failed', issuesText(error));
};
