import type { Tier } from '../../domain/profile/profile.ts';
import type { Guard } from '../../domain/runbooks/guard.ts';
import type { Danger } from '../../domain/runbooks/operation.ts';
import type { ActStep } from '../../domain/runbooks/runbook.ts';
import type { Gate } from '../../domain/runs/proposal.ts';
import { isAtLeast, isChanging } from './danger.ts';
import { defaultTypedDanger, minCancelWindowMs } from './guard.ts';

const open: Gate = { arm: false, confirm: false, preview: false, typed: false, windowMs: 0 };
const confirm: Gate = { ...open, confirm: true };
const previewed: Gate = { ...confirm, preview: true };
/** Typing the name also confirms, so a typed gate includes confirmation. */
const typed: Gate = { ...previewed, typed: true };

/**
 * The gate of an automatic reset. The run that made the change was confirmed together with its reset, so that it works
 * without a person. The other checks still apply: freeze, role, rate, lock, permission.
 */
export const resetGate: Gate = open;

const armed = (gate: Gate): Gate => ({ ...gate, arm: true });
const withWindow = (gate: Gate): Gate => ({ ...armed(gate), windowMs: minCancelWindowMs });

const desk: Readonly<Record<Danger, Gate>> = {
  read: open,
  safe: open,
  disruptive: confirm,
  destructive: previewed,
};
const rows: Readonly<Record<Tier, Readonly<Record<Danger, Gate>>>> = {
  local: desk,
  dev: desk,
  staging: { read: open, safe: confirm, disruptive: previewed, destructive: typed },
  production: {
    read: open,
    safe: armed(previewed),
    disruptive: withWindow(previewed),
    destructive: withWindow(typed),
  },
};

/** Combines two gates: the stricter setting wins in every respect. */
const stricter = (a: Gate, b: Gate): Gate => ({
  arm: a.arm || b.arm,
  confirm: a.confirm || b.confirm,
  preview: a.preview || b.preview,
  typed: a.typed || b.typed,
  windowMs: Math.max(a.windowMs, b.windowMs),
});

/** The same gate with the name typed, where there is a name. */
export const withTypedName = (gate: Gate, names: readonly string[]): Gate =>
  names.length === 0 ? stricter(gate, confirm) : stricter(gate, typed);

/**
 * The gate of a manual step. There is no name to type, and nothing is sent that a cancel window could stop. Ticking
 * the step confirms it.
 */
export const manualGate = (gate: Gate): Gate => ({ ...gate, typed: false, windowMs: 0 });

/** The strictest of some gates; open for an empty list. */
export const strictestGate = (gates: readonly Gate[]): Gate => gates.reduce(stricter, open);

/** The default danger is already covered by the tiers, so only a lower one raises a gate. */
const typedByGuard = (danger: Danger, guard: Guard): boolean =>
  guard.typed !== defaultTypedDanger && isAtLeast(danger, guard.typed);

/**
 * The gate of a step: its tier's row, raised (never lowered) by the profile's guard and by the step. `guard.readOnly`
 * requires arming on any tier; `guard.cancelWindowMs` may extend an existing window.
 */
export const gateOf = (tier: Tier, danger: Danger, guard: Guard, step: Pick<ActStep, 'gate'>): Gate => {
  const row = rows[tier][danger];
  const gates: Gate[] = [row];
  if (row.windowMs > 0) gates.push({ ...open, windowMs: guard.cancelWindowMs });
  if (guard.readOnly && isChanging(danger)) gates.push(armed(open));
  if (typedByGuard(danger, guard) || step.gate === 'typed') gates.push(typed);
  if (step.gate === 'confirm') gates.push(confirm);
  return strictestGate(gates);
};
