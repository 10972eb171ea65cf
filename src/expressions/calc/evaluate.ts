import type { CalcNode } from './ast.ts';

/** A finite number, or why there is none. */
export type Outcome = { readonly value: number } | { readonly why: string };

/** A reason beats a value; of two reasons the first one is told. */
const both = (left: Outcome, right: Outcome, work: (left: number, right: number) => Outcome): Outcome =>
  'why' in left ? left : 'why' in right ? right : work(left.value, right.value);

const finite = (value: number): Outcome =>
  Number.isFinite(value) ? { value } : { why: 'the result is too large for a number' };

const joined = (sign: '+' | '-' | '*', left: number, right: number): Outcome =>
  finite(sign === '+' ? left + right : sign === '-' ? left - right : left * right);

const chosen = (name: 'min' | 'max', parts: readonly Outcome[]): Outcome =>
  parts.find((part) => 'why' in part) ?? {
    value: Math[name](...parts.flatMap((part) => ('value' in part ? [part.value] : []))),
  };

/**
 * Works a calculation out. An operand that is not known makes all of it unknown, also where its value could not have
 * mattered (0 * a, min(a, b)); so do a division by 0 and a result that no number can hold. `operand` says why in words
 * that name it.
 */
export const evaluateCalc = (root: CalcNode, operand: (name: string) => Outcome): Outcome => {
  const of = (node: CalcNode): Outcome => {
    switch (node.is) {
      case 'number':
        return { value: node.value };
      case 'operand':
        return operand(node.name);
      case 'minus': {
        const inner = of(node.part);
        return 'why' in inner ? inner : { value: -inner.value };
      }
      case 'binary':
        return both(of(node.left), of(node.right), (left, right) => joined(node.sign, left, right));
      case 'divide':
        return both(of(node.left), of(node.right), (left, right) =>
          right === 0 ? { why: `${node.text} is 0` } : finite(left / right),
        );
      case 'call':
        return chosen(node.name, node.parts.map(of));
    }
  };
  const found = of(root);
  // Nothing is shown as -0.
  return 'value' in found && found.value === 0 ? { value: 0 } : found;
};
