/** The shape of a JSON value: keys and types without values. The shape of a list is the union of its elements. */
export type Shape = string | readonly string[] | { readonly [key: string]: Shape };

const merge = (a: Shape | undefined, b: Shape): Shape => {
  if (a === undefined || a === 'nothing') return b;
  if (b === 'nothing') return a;
  if (typeof a === 'object' && typeof b === 'object' && !Array.isArray(a) && !Array.isArray(b)) {
    const merged: Record<string, Shape> = { ...(a as Record<string, Shape>) };
    for (const [key, value] of Object.entries(b as Record<string, Shape>))
      merged[key] = merge(merged[key], value);
    return merged;
  }
  const types = [...new Set([a, b].flat() as string[])].sort();
  return types.length === 1 ? (types[0] ?? '') : types;
};

/**
 * `maps` are the paths whose keys are names (a circuit breaker, a component), not fields: their values are
 * merged under `*`. A list is `[]` in a path.
 */
export const shapeOf = (value: unknown, maps: readonly string[] = [], path = ''): Shape => {
  if (value === null) return 'null';
  if (Array.isArray(value)) {
    const all = value
      .map((element) => shapeOf(element, maps, `${path}[]`))
      .reduce<Shape | undefined>(merge, undefined);
    return { '[]': all ?? 'nothing' };
  }
  if (typeof value !== 'object') return typeof value;
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, shapeOf(inner, maps, path === '' ? key : `${path}.${key}`)] as const,
  );
  if (!maps.includes(path)) return Object.fromEntries(entries);
  const all = entries.map(([, shape]) => shape).reduce<Shape | undefined>(merge, undefined);
  return { '*': all ?? 'nothing' };
};

const isRecord = (shape: Shape): shape is { readonly [key: string]: Shape } =>
  typeof shape === 'object' && !Array.isArray(shape);

/** The differences of `ours` from `real`: other keys, or types that the real one never has. Empty if it conforms. */
export const differences = (ours: Shape, real: Shape, path = ''): readonly string[] => {
  if (isRecord(ours) && isRecord(real)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(real)])];
    return keys.flatMap((key) => {
      const a = ours[key];
      const b = real[key];
      if (a === undefined) return [`${path}.${key} is missing`];
      if (b === undefined) return [`${path}.${key} is not in the real answer`];
      return differences(a, b, `${path}.${key}`);
    });
  }
  const allowed = [real].flat();
  return [ours]
    .flat()
    .filter((type) => !allowed.includes(type))
    .map((type) => `${path} is ${JSON.stringify(type)}, the real one ${JSON.stringify(real)}`);
};
