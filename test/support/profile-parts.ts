/** A value with the parts that it names, as the profile inserts them. */
export const withParts = (value: unknown, parts: Readonly<Record<string, object>>): unknown => {
  if (Array.isArray(value)) return value.map((item) => withParts(item, parts));
  if (typeof value !== 'object' || value === null) return value;
  const { part, ...own } = value as { readonly part?: unknown };
  return Object.fromEntries(
    Object.entries({ ...(typeof part === 'string' ? parts[part] : { part }), ...own }).flatMap(
      ([key, inner]) => (inner === undefined ? [] : [[key, withParts(inner, parts)]]),
    ),
  );
};
