/** A function that makes one number of rows, and becomes smaller when some are gone. */
const counting = /\b(count|sum)\s*\(\s*(?:\*|[^)]{0,80})\s*\)/i;

/** The rows of a list in the statement are as many as it writes. */
const ofList = /\bFROM\s*\(\s*VALUES\b/i;

/** Returns the function by which a statement counts rows without telling them; undefined: it does not, or its rows are labeled. */
export const countedRows = ({ sql, labels }: Readonly<Record<string, unknown>>): string | undefined => {
  if (typeof sql !== 'string' || labels !== undefined || ofList.test(sql)) return undefined;
  const name = counting.exec(sql)?.[1]?.toLowerCase();
  return name === undefined ? undefined : `${name}()`;
};
