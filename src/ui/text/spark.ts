/** Minimum range as a share of the value; smaller changes are drawn flat. */
const minRelativeRange = 0.2;
/** A limit belongs to the scale from this share of it on. Further away, the shape of the line says more. */
const nearLimit = 0.5;

/** The part of the range below a constant value. */
const belowConstant = 0.45;

interface Scale {
  readonly low: number;
  readonly range: number;
}

/**
 * Near or beyond a limit, the scale reaches from 0 to the limit or the highest value, so that a constant critical value is
 * high. Otherwise it reaches from the lowest to the highest value, at least a fifth of the value; a constant other than
 * 0 is in its middle.
 */
const scaleOf = (least: number, greatest: number, limits: readonly number[]): Scale => {
  const near = limits.filter((limit) => limit > 0 && greatest >= limit * nearLimit);
  if (near.length > 0 && least >= 0) return { low: 0, range: Math.max(greatest, ...near) };
  const size = Math.max(Math.abs(greatest), Math.abs(least));
  const range = Math.max(greatest - least, minRelativeRange * size);
  return { low: greatest > least ? least : least - range * belowConstant, range };
};

/** Renders values as steps; NaN is `gap`. `limits`: the numbers at which the value becomes worse. */
export const sparkline = (
  values: Float64Array,
  steps: string,
  gap: string,
  limits: readonly number[] = [],
): string => {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const { low, range } = scaleOf(least, greatest, limits);
  const last = steps.length - 1;
  let line = '';
  for (const value of values) {
    const part = range > 0 ? (value - low) / range : 0;
    line += Number.isNaN(value) ? gap : (steps[Math.min(last, Math.floor(part * steps.length))] ?? gap);
  }
  return line;
};
