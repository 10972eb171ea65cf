/** Parses a text as JSON; undefined if it is not. */
export const jsonOr = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
