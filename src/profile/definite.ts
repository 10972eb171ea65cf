/** `{ a?: T | undefined }` as `{ a?: T }`. */
export type Definite<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** An object without the keys whose value is undefined: absence is absence. */
export const definite = <T extends object>(value: T): Definite<T> =>
  // The compiler cannot see that filtering removes exactly the undefined values.
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined)) as Definite<T>;
