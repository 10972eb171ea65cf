/** Minimum range as a share of the value; smaller changes are drawn flat. */
const minRelativeRange = 0.2;
/** A limit belongs to the scale from this share of it on. Further away, the shape of the line says more. */
const nearLimit = 0.5;

/** A range below this share of the value is a rounding error of the means. */
const roundingShare = 1e-9;
/** The part of the range below a constant value. */
const belowConstant = 0.45;

interface Scale {
  readonly low: number;
  readonly range: number;
}

/** A number at which a value becomes worse: above it, or with `isLower` below it. */
export interface SparkLimit {
  readonly value: number;
  readonly isLower: boolean;
}

/** Height of a good value above a lower limit, as a share of the scale: it is not a full block. */
const aboveLower = 0.8;

/** The top of a scale from 0: an upper limit or the highest value; a lower limit is in the middle. */
const topOf = (greatest: number, { value, isLower }: SparkLimit): number =>
  isLower ? Math.max(greatest / aboveLower, 2 * value) : Math.max(greatest, value);

/**
 * Near or beyond a limit, the scale starts at 0 and contains the limit, so that a constant critical value is high, or low
 * where low is bad. Otherwise it reaches from the lowest to the highest value, at least a fifth of the value; a constant
 * other than 0 is in its middle.
 */
const scaleOf = (least: number, greatest: number, limits: readonly SparkLimit[]): Scale => {
  const near = limits.filter(({ value }) => value > 0 && greatest >= value * nearLimit);
  if (near.length > 0 && least >= 0)
    return { low: 0, range: Math.max(...near.map((limit) => topOf(greatest, limit))) };
  const size = Math.max(Math.abs(greatest), Math.abs(least));
  const range = Math.max(greatest - least, minRelativeRange * size);
  const isConstant = greatest - least <= size * roundingShare;
  return { low: isConstant ? least - range * belowConstant : least, range };
};

/** Renders values as steps; NaN is `gap`. `top`: the scale reaches from 0 to it, as for lines that are compared with each other. */
export const sparkline = (
  values: Float64Array,
  steps: string,
  gap: string,
  limits: readonly SparkLimit[] = [],
  top?: number,
): string => {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const { low, range } = top === undefined ? scaleOf(least, greatest, limits) : { low: 0, range: top };
  const last = steps.length - 1;
  let line = '';
  for (const value of values) {
    const part = range > 0 ? (value - low) / range : 0;
    line += Number.isNaN(value) ? gap : (steps[Math.min(last, Math.floor(part * steps.length))] ?? gap);
  }
  return line;
};
