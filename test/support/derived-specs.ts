import type { SignalSpec } from '../../src/domain/profile/profile.ts';
import { parseCalc } from '../../src/expressions/calc/parse.ts';
import type { FactFold } from '../../src/expressions/rows/derivation.ts';
import { parseTest } from '../../src/expressions/rows/parse.ts';
import { spec } from './made-facts.ts';

/** A signal calculated from other signals. */
export const calcSpec = (
  id: string,
  calc: string,
  of: Readonly<Record<string, string>>,
  more: Partial<SignalSpec> = {},
): SignalSpec => {
  const parsed = parseCalc(calc, Object.keys(of));
  if (!parsed.ok) throw new Error(parsed.message);
  return spec(id, {
    source: '',
    read: { of, calc },
    derived: { is: 'calc', calc: parsed.calc, of },
    ...more,
  });
};

/** A signal folded from facts. */
export const factSpec = (
  id: string,
  fold: Omit<FactFold, 'where'> & { readonly where?: string },
  more: Partial<SignalSpec> = {},
): SignalSpec => {
  const { where, ...rest } = fold;
  const parsed = where === undefined ? undefined : parseTest(fold.kind, where);
  if (parsed?.ok === false) throw new Error(parsed.message);
  const made = parsed === undefined ? rest : { ...rest, where: parsed.test };
  return spec(id, { source: '', read: { fact: fold.kind }, derived: { is: 'fact', fold: made }, ...more });
};
