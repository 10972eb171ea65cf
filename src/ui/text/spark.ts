/** Minimum range as a share of the value; smaller changes are drawn flat. */
const minRelativeRange = 0.2;

/**
 * Renders values as steps between their minimum and maximum (at least a fifth of the value); NaN is `gap`. A constant
 * line has the lowest step.
 */
export const sparkline = (values: Float64Array, steps: string, gap: string): string => {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const range = Math.max(greatest - least, minRelativeRange * Math.max(Math.abs(greatest), Math.abs(least)));
  const last = steps.length - 1;
  let line = '';
  for (const value of values) {
    const part = range > 0 ? (value - least) / range : 0;
    line += Number.isNaN(value) ? gap : (steps[Math.min(last, Math.floor(part * steps.length))] ?? gap);
  }
  return line;
};
