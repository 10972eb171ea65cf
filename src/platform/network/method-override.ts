/** Headers and the query parameter by which servers take another method than that of the request. */
const overrideHeaders: ReadonlySet<string> = new Set([
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
]);
const overrideParameter = '_method';

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

/** The header that makes a server treat a request as one of another method. */
export const overridingHeader = (headers: Readonly<Record<string, unknown>> = {}): string | undefined =>
  Object.keys(headers).find((name) => overrideHeaders.has(name.trim().toLowerCase()));

/** True if the query of a path or URL makes a server treat a request as one of another method. */
export const hasOverridingQuery = (url: string): boolean => {
  const query = url.split('#', 1)[0]?.replace(/^[^?]*\??/, '') ?? '';
  return query.split(/[&;?]/).some(
    (pair) =>
      decoded(pair.split('=', 1)[0] ?? '')
        .trim()
        .toLowerCase() === overrideParameter,
  );
};

/** Why a request with a reading method is none; undefined if it is one. */
export const methodOverride = (
  url: string,
  headers: Readonly<Record<string, unknown>> | undefined,
): string | undefined => {
  const header = overridingHeader(headers);
  if (header !== undefined)
    return `the header ${header} would change the method of the request. Remove the header`;
  return hasOverridingQuery(url)
    ? `${overrideParameter} in the query would change the method of the request. Remove the parameter`
    : undefined;
};
