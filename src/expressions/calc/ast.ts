export type Sign = '+' | '-' | '*' | '/';

/** A calculation as it was parsed. `text` of a divisor is what was written there, for the sentence that it is 0. */
export type CalcNode =
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'operand'; readonly name: string }
  | { readonly is: 'minus'; readonly part: CalcNode }
  | {
      readonly is: 'binary';
      readonly sign: '+' | '-' | '*';
      readonly left: CalcNode;
      readonly right: CalcNode;
    }
  | { readonly is: 'divide'; readonly left: CalcNode; readonly right: CalcNode; readonly text: string }
  | { readonly is: 'call'; readonly name: 'min' | 'max'; readonly parts: readonly CalcNode[] };

/** A parsed calculation: its operands in the order in which they are first named. */
export interface Calc {
  readonly text: string;
  readonly root: CalcNode;
  readonly operands: readonly string[];
}
