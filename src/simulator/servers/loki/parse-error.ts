/** What is wrong with a query, in Loki's own words. */
export class LogqlError extends Error {}

/** Source: Loki, pkg/logql/syntax: what its parser says of a token that it did not expect. */
export const unexpected = (text: string, at: number, expecting?: string): LogqlError => {
  const rest = text.slice(at);
  const col = at + 1;
  const word = /^[a-zA-Z_]/.test(rest) ? 'IDENTIFIER' : rest.startsWith('"') ? 'STRING' : rest[0];
  const what = `syntax error: unexpected ${rest === '' ? '$end' : word}${expecting === undefined ? '' : `, expecting ${expecting}`}`;
  return new LogqlError(text === '' ? `parse error : ${what}` : `parse error at line 1, col ${col}: ${what}`);
};

export const noMatcher = new LogqlError(
  'parse error : queries require at least one regexp or equality matcher that does not have an empty-compatible value. For instance, app=~".*" does not meet this requirement, but app=~".+" will',
);
