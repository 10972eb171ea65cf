import { childOf, type MapNode, scalarsIn } from '../document/tree.ts';

/** Spellings of a unit of time, size or share, by the unit. Others, such as `/min` or `messages`, contradict nothing. */
const spellings: Readonly<Record<string, string>> = {
  ns: 'ns nanosecond nanoseconds',
  us: 'us µs microsecond microseconds',
  ms: 'ms msec millis millisecond milliseconds',
  s: 's sec secs second seconds',
  min: 'min mins minute minutes',
  h: 'h hour hours',
  d: 'd day days',
  bytes: 'bytes byte b',
  '%': '% percent',
};
const unitOfSpelling: ReadonlyMap<string, string> = new Map(
  Object.entries(spellings).flatMap(([unit, all]) => all.split(' ').map((spelling) => [spelling, unit])),
);

/** Returns whether a unit as it was written is another one than that of a reading. */
export const isOtherUnit = (written: string, unit: string): boolean => {
  const known = unitOfSpelling.get(written.toLowerCase());
  return known !== undefined && known !== unit;
};

/** Units of the values that sources calculate themselves, by the key of `read`. */
const unitOfKey: Readonly<Record<string, string>> = {
  latency: 'ms',
  tls: 'd',
  secretExpiry: 'd',
  age: 's',
  longest: 's',
};

/** Returns the unit of a reading that its form decides; undefined for any other, and for one that is converted. */
export const unitOfReading = (read: MapNode): string | undefined => {
  if (['calc', 'as', 'of'].some((key) => childOf(read, key) !== undefined)) return undefined;
  const key = Object.keys(unitOfKey).find((name) => childOf(read, name) !== undefined);
  return key === undefined ? undefined : unitOfKey[key];
};

/** Units by the end of a metric's name. Source: Prometheus docs, Metric and label naming, base units. */
const unitOfName: readonly (readonly [end: RegExp, unit: string])[] = [
  [/_seconds(?:_sum|_max|_bucket)?$/, 's'],
  [/_(?:milliseconds|millis|ms)(?:_bucket)?$/, 'ms'],
  [/_bytes$/, 'bytes'],
];

const keepsUnit =
  /^(?:avg|max|min|sum|quantile|topk|bottomk|sort|sort_desc|(?:avg|max|min|quantile|last)_over_time|clamp\w*)$/;
const ofBuckets = /^(?:histogram_quantile|sum|avg|max|rate|irate|increase)$/;

/** The metric of a query whose value has the unit of that metric; undefined for any other query. */
const metricOfQuery = (query: string): string | undefined => {
  const code = query.replaceAll(/\{[^}]*\}|\[[^\]]*\]|\b(?:by|without)\s*\([^)]*\)/g, ' ');
  if (/[-+*/%^<>=]|\b(?:and|or|unless|bool|on|ignoring)\b/.test(code)) return undefined;
  const names = [...code.matchAll(/[A-Za-z_:][\w:]*(\s*\()?/g)];
  const functions = names
    .filter(([, call]) => call !== undefined)
    .map(([name]) => name.replace(/\s*\($/, ''));
  const metrics = names.filter(([, call]) => call === undefined).map(([name]) => name);
  const [metric] = metrics;
  if (metrics.length !== 1 || metric === undefined) return undefined;
  const isQuantile = functions.includes('histogram_quantile');
  if (isQuantile !== metric.endsWith('_bucket')) return undefined;
  return functions.every((name) => (isQuantile ? ofBuckets : keepsUnit).test(name)) ? metric : undefined;
};

/** A metric that is read, and the unit that its name states. */
interface NamedUnit {
  readonly metric: string;
  readonly unit: string;
}

/** Returns the units that the names of the metrics of a reading state: of `metric`, or of the one metric of a `query`. */
export const unitsByName = (read: MapNode): readonly NamedUnit[] => {
  const metric = childOf(read, 'metric');
  const query = childOf(read, 'query');
  const texts = [metric, query].flatMap((node) => (node === undefined ? [] : scalarsIn(node)));
  return texts.flatMap(({ value }): readonly NamedUnit[] => {
    const name = typeof value === 'string' ? metricOfQuery(value) : undefined;
    const unit = unitOfName.find(([end]) => end.test(name ?? ''))?.[1];
    return name === undefined || unit === undefined ? [] : [{ metric: name, unit }];
  });
};
