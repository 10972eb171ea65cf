type OptionalKey<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];

/** The fields of `T`; those that may be undefined are optional. */
type Defined<T> = Omit<T, OptionalKey<T>> & { [K in OptionalKey<T>]?: Exclude<T[K], undefined> };

/**
 * Leaves out the fields without a value, in the order of the others: `{ a, ...defined({ b, c }) }`. An optional field is
 * absent, never undefined. It builds another object, so it is not for the parsing of log lines.
 */
export const defined = <T extends object>(fields: T): Defined<T> => {
  const rest: Partial<T> = {};
  for (const key in fields) if (fields[key] !== undefined) rest[key] = fields[key];
  // The loop has left out what the type says is optional.
  return rest as Defined<T>;
};
