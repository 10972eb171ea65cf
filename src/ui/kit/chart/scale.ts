/** The value range of a chart, with the values to label. */
export interface ChartScale {
  readonly low: number;
  readonly high: number;
  /** From low to high, at equal distances. */
  readonly ticks: readonly number[];
}

/** A numeric limit of a chart. `isLower`: values below it are beyond it. */
export interface ScaleLimit {
  readonly value: number;
  readonly isLower: boolean;
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

/** A lower limit is near values that are at most this many times as high: the scale need not start at 0. */
const nearLimit = 5;

/**
 * The range of the values: from 0, so that noise stays small, and up to an upper limit. Values that must not fall below a limit
 * near to them (availability) are shown from just below that limit. 0 or the limit is always in view.
 */
const rangeOf = (least: number, most: number, limits: readonly ScaleLimit[]): readonly [number, number] => {
  const upper = limits.filter(({ isLower }) => !isLower).map(({ value }) => value);
  const lower = limits.filter(({ isLower }) => isLower).map(({ value }) => value);
  const high = Math.max(0, most, ...upper, ...lower);
  const floor = Math.min(...lower);
  const isNear = upper.length === 0 && floor > high / nearLimit && floor < Number.POSITIVE_INFINITY;
  const low = isNear
    ? Math.min(least, floor - Math.max((high - floor) / 4, high / 20))
    : Math.min(0, least, ...upper, ...lower);
  return high > low ? [low, high] : [low, low + 1];
};

/** Part of the scale that stays free above the values: the highest dot is not cut. */
const headroom = 0.02;
/** Minimum height of a label between those of the top and the bottom. */
const middleFromRows = 5;

/** The scale of a small chart of `height` rows: labels at its top, its bottom and, if a limit takes one of them, in its middle. */
export const briefScale = (
  least: number,
  most: number,
  limits: readonly ScaleLimit[],
  height: number,
): ChartScale => {
  const [low, top] = rangeOf(least, most, limits);
  const high = top + (top - low) * headroom;
  const scale = { low, high, ticks: [] };
  const ends = [0, height - 1];
  const inner = limits.some(({ value }) => !ends.includes(rowOfValue(value, scale, height)));
  const hasMiddle = height >= middleFromRows && !inner;
  return { low, high, ticks: hasMiddle ? [low, (low + top) / 2, top] : [low, top] };
};

interface ChartScaleOptions {
  readonly limits: readonly ScaleLimit[];
  /** Maximum number of labels, at least 2. */
  readonly labels: number;
  /** True: labels are multiples of a power of 1024. */
  readonly bytes: boolean;
}

/** Chooses the scale of a chart with labels at equal distances. `least` and `most`: the lowest and highest value of all its lines. */
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
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step + 0);
  return { low: first * step + 0, high: last * step + 0, ticks };
};

/** The row of a value, from 0 at the bottom to `height - 1`. */
export const rowOfValue = (value: number, { low, high }: ChartScale, height: number): number =>
  Math.max(0, Math.min(height - 1, Math.floor(((value - low) / (high - low)) * height)));
