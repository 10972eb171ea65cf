/**
 * Returns a function that makes a value at its first call, and returns the same value afterwards. For schemas of sections that many
 * profiles do not have: making all of them takes longer than checking a small profile.
 */
export const onFirstUse = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
