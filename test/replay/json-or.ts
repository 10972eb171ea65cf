/** The JSON document that a text is; undefined when it is none. */
export const jsonOr = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
