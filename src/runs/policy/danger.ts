import type { Danger } from '../../domain/runbooks/operation.ts';

/** The dangers in ascending order, from harmless to irreversible. */
export const dangers: readonly Danger[] = ['read', 'safe', 'disruptive', 'destructive'];

/** The danger that an operation declares. 'as-step': the runbook step must declare it (`danger:`). */
export type OperationDanger = Danger | 'as-step';

const rank = (danger: Danger): number => dangers.indexOf(danger);

export const isDanger = (text: unknown): text is Danger => dangers.some((danger) => danger === text);

/** Returns the more dangerous of two. A profile may raise a danger, never lower it. */
export const moreDangerous = (a: Danger, b: Danger): Danger => (rank(a) >= rank(b) ? a : b);

/** Returns the most dangerous of some; 'read' for an empty list. */
export const mostDangerous = (some: readonly Danger[]): Danger => some.reduce(moreDangerous, 'read');

/** True when `danger` is as dangerous as `least`, or more. */
export const isAtLeast = (danger: Danger, least: Danger): boolean => rank(danger) >= rank(least);

/** True for everything except reads. */
export const isChanging = (danger: string): boolean => danger !== 'read';

/** True from disruptive on: users may notice. */
export const isNoticeable = (danger: Danger): danger is 'disruptive' | 'destructive' =>
  isAtLeast(danger, 'disruptive');

/** True for a danger that cannot be undone. */
export const isIrreversible = (danger: Danger | undefined): boolean => danger === 'destructive';

/**
 * The danger that an operation declares. An unknown or missing one counts as destructive: deny by default.
 */
export const declaredDanger = (declaration: unknown): OperationDanger =>
  declaration === 'as-step' || isDanger(declaration) ? declaration : 'destructive';

type Values = Readonly<Record<string, unknown>>;

/** The danger of an operation with these parameters: `read` where the parameters make it read-only. */
export const operationDanger = (
  declared: { readonly danger?: unknown; reads?(params: Values): boolean },
  params: Values,
): OperationDanger => (declared.reads?.(params) === true ? 'read' : declaredDanger(declared.danger));

/**
 * The danger of a plan. An 'as-step' operation is at least 'safe' unless its plan is read-only; no plan is less
 * dangerous than its operation.
 */
export const plannedDanger = (own: OperationDanger, plan: Danger | undefined): Danger => {
  if (own === 'as-step') return plan ?? 'safe';
  return plan === undefined ? own : moreDangerous(own, plan);
};

/** The more dangerous of the operation's and the step's danger. Undefined when neither declares one. */
export const stepDanger = (own: unknown, step: Danger | undefined): Danger | undefined => {
  const declared = declaredDanger(own);
  if (declared === 'as-step') return step;
  return step === undefined ? declared : moreDangerous(declared, step);
};

/**
 * The estimated danger of a step before its parameters are bound. For an 'as-step' or unopened operation (undefined)
 * it is the step's; 'read' where neither declares one.
 */
export const estimatedDanger = (own: OperationDanger | undefined, step: Danger | undefined): Danger =>
  (own === undefined ? step : stepDanger(own, step)) ?? 'read';

/**
 * Returns the permission to run an operation in a read-only step: declared by the operation, by the step's author
 * (only for an operation without a declared danger), or none.
 */
export const readPermission = (own: unknown, step: 'read' | undefined): 'read' | 'declared' | 'nothing' => {
  const declared = declaredDanger(own);
  if (!isChanging(declared)) return 'read';
  return declared === 'as-step' && step === 'read' ? 'declared' : 'nothing';
};
