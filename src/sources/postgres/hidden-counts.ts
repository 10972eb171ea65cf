/** A function that makes one number of rows, and becomes smaller when some are gone. */
const counting = /\b(count|sum)\s*\(\s*(?:\*|[^)]{0,80})\s*\)/i;

/** Returns the function by which a statement counts rows without telling them; undefined: it does not, or its rows are labeled. */
export const countedRows = ({ sql, labels }: Readonly<Record<string, unknown>>): string | undefined => {
  if (typeof sql !== 'string' || labels !== undefined) return undefined;
  const name = counting.exec(sql)?.[1]?.toLowerCase();
  return name === undefined ? undefined : `${name}()`;
};
