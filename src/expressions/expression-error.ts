/** Thrown inside the parser only; `parseExpression` turns it into a value. `col` is 1-based. */
export class ExpressionError extends Error {
  readonly col: number;
  constructor(col: number, message: string) {
    super(message);
    this.name = 'ExpressionError';
    this.col = col;
  }
}
