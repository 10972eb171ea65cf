/** The value range of a chart, with the values to label. */
export interface ChartScale {
  readonly low: number;
  readonly high: number;
  /** From low to high, at equal distances. */
  readonly ticks: readonly number[];
}

/** Steps that read well, as multiples of a power of the base. */
const niceSteps = [1, 2, 2.5, 5, 10];

/** The smallest readable step that divides a range into at most `parts`. `unit`: 1, or a power of 1024 for bytes. */
const niceStep = (range: number, parts: number, unit: number): number => {
  const rough = range / unit / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  const multiple = niceSteps.find((step) => step * power >= rough * 0.999_999) ?? 10;
  return multiple * power * unit;
};

const byteUnit = (size: number): number => 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(1, size)) / 10));

interface ChartScaleOptions {
  readonly limits: readonly number[];
  /** Maximum number of labels, at least 2. */
  readonly labels: number;
  /** True: labels are multiples of a power of 1024. */
  readonly bytes: boolean;
}

/** The range of the values: from 0 unless all are far from it, with the limits nearby. */
const rangeOf = (least: number, most: number, limits: readonly number[]): readonly [number, number] => {
  let low = least >= 0 && least <= most / 2 ? 0 : least;
  let high = most;
  const room = Math.max(high - low, Math.abs(high) / 2, Number.MIN_VALUE);
  for (const limit of limits) {
    if (limit > high && limit <= most + room) high = limit;
    if (limit < low && limit >= least - room) low = limit;
  }
  if (high > low) return [low, high];
  return low === 0 ? [0, 1] : [low - Math.abs(low) / 10, high + Math.abs(high) / 10];
};

/** Chooses the scale of a chart. `least` and `most`: the lowest and highest value of all its lines. */
export const chartScale = (
  least: number,
  most: number,
  { limits, labels, bytes }: ChartScaleOptions,
): ChartScale => {
  const [lowest, highest] = rangeOf(least, most, limits);
  const unit = bytes ? byteUnit(Math.max(Math.abs(lowest), Math.abs(highest))) : 1;
  const step = niceStep(highest - lowest, Math.max(1, labels - 1), unit);
  const first = Math.floor(lowest / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(highest / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  return { low: first * step, high: last * step, ticks };
};

/** The row of a value, from 0 at the bottom to `height - 1`. */
export const rowOfValue = (value: number, { low, high }: ChartScale, height: number): number =>
  Math.max(0, Math.min(height - 1, Math.floor(((value - low) / (high - low)) * height)));
