type OptionalKey<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T];

/** The fields of `T`; those that may be undefined are optional. */
type Defined<T> = Omit<T, OptionalKey<T>> & { [K in OptionalKey<T>]?: Exclude<T[K], undefined> };

/**
 * Leaves out the fields without a value, in the order of the others: `{ a, ...defined({ b, c }) }`. An optional field is
 * absent, never undefined. Not for hot paths such as the parsing of log lines: it builds lists and another object.
 */
export const defined = <T extends object>(fields: T): Defined<T> =>
  // `fromEntries` loses the types of the fields.
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
