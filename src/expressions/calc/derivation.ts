import type { Calc } from './ast.ts';
import type { FactFold } from './fold-rows.ts';

/** How a signal is worked out from what others read: from other signals, by the names that the calculation gives them, or from facts. */
export type Derivation =
  | { readonly is: 'calc'; readonly calc: Calc; readonly of: Readonly<Record<string, string>> }
  | { readonly is: 'fact'; readonly fold: FactFold };

/** The signals that a derivation looks at, each once, in the order in which the calculation names them. */
export const operandSignals = (derived: Derivation | undefined): readonly string[] =>
  derived?.is === 'calc' ? [...new Set(derived.calc.operands.flatMap((name) => derived.of[name] ?? []))] : [];
