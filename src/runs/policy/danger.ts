import type { Danger } from '../../domain/operation.ts';

/** From harmless to what cannot be taken back; the order in which dangers are compared. */
export const dangers: readonly Danger[] = ['read', 'safe', 'disruptive', 'destructive'];

/** What an operation says of itself; 'as-step': the runbook's step must say (`danger:`). */
export type OperationDanger = Danger | 'as-step';

const rank = (danger: Danger): number => dangers.indexOf(danger);

export const isDanger = (text: unknown): text is Danger => dangers.some((danger) => danger === text);

/** The more dangerous of two: a profile may raise a danger, never lower it. */
export const moreDangerous = (a: Danger, b: Danger): Danger => (rank(a) >= rank(b) ? a : b);

/** The most dangerous of some; of none: 'read'. */
export const mostDangerous = (some: readonly Danger[]): Danger => some.reduce(moreDangerous, 'read');

/** True when `danger` is as dangerous as `least`, or more. */
export const isAtLeast = (danger: Danger, least: Danger): boolean => rank(danger) >= rank(least);

/** True for everything but reading. */
export const isChanging = (danger: string): boolean => danger !== 'read';

/** True for what people may notice: from disruptive on. */
export const isNoticeable = (danger: Danger): danger is 'disruptive' | 'destructive' =>
  isAtLeast(danger, 'disruptive');

/** True for what nothing takes back. */
export const isIrreversible = (danger: Danger | undefined): boolean => danger === 'destructive';

/** The danger that an operation declares. What declares none, or none that is known, is destructive: deny by default. */
export const declaredDanger = (said: unknown): OperationDanger =>
  said === 'as-step' || isDanger(said) ? said : 'destructive';

type Values = Readonly<Record<string, unknown>>;

/** The danger of an operation with these params: those that only read make it one that reads. */
export const operationDanger = (
  declared: { readonly danger?: unknown; reads?(params: Values): boolean },
  params: Values,
): OperationDanger => (declared.reads?.(params) === true ? 'read' : declaredDanger(declared.danger));

/**
 * The danger of a plan. An operation whose danger the step says plans at least 'safe', unless its plan says that it only reads;
 * no plan is less dangerous than its operation.
 */
export const plannedDanger = (own: OperationDanger, plan: Danger | undefined): Danger => {
  if (own === 'as-step') return plan ?? 'safe';
  return plan === undefined ? own : moreDangerous(own, plan);
};

/** The operation's danger or the step's, whichever is more; undefined when neither says. */
export const stepDanger = (own: unknown, step: Danger | undefined): Danger | undefined => {
  const declared = declaredDanger(own);
  if (declared === 'as-step') return step;
  return step === undefined ? declared : moreDangerous(declared, step);
};

/**
 * The danger of a step before its parameters are bound, as far as it can be told: of an operation that is not open
 * (undefined), or whose danger the step says, it is the step's; 'read' where neither says.
 */
export const estimatedDanger = (own: OperationDanger | undefined, step: Danger | undefined): Danger =>
  (own === undefined ? step : stepDanger(own, step)) ?? 'read';

/**
 * What an operation may do where only reading is allowed: it reads by its own declaration, or by the word of the step's
 * author (which only counts where the operation declares no danger of its own), or it may do nothing.
 */
export const readPermission = (own: unknown, step: 'read' | undefined): 'read' | 'declared' | 'nothing' => {
  const declared = declaredDanger(own);
  if (!isChanging(declared)) return 'read';
  return declared === 'as-step' && step === 'read' ? 'declared' : 'nothing';
};
