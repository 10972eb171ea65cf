/** A line through measurements, fitted by ordinary least squares. */
interface Slope {
  /** Change of y per unit of x. */
  readonly perUnit: number;
  /** Standard error of `perUnit`: its noise. NaN with fewer than three points. */
  readonly error: number;
}

/** Fits a line through points. The error is sqrt(residual sum of squares / (n - 2) / sum of squares of x). */
export const fitLine = (points: readonly (readonly [x: number, y: number])[]): Slope => {
  const n = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n;
  let squaresX = 0;
  let products = 0;
  for (const [x, y] of points) {
    squaresX += (x - meanX) ** 2;
    products += (x - meanX) * (y - meanY);
  }
  const perUnit = products / squaresX;
  const residuals = points.reduce((sum, [x, y]) => sum + (y - meanY - perUnit * (x - meanX)) ** 2, 0);
  return { perUnit, error: Math.sqrt(residuals / (n - 2) / squaresX) };
};

/** True if a slope is above its noise: more than three standard errors above zero, or of unknown noise. */
export const isGrowing = ({ perUnit, error }: Slope): boolean => !(perUnit <= 3 * error);
