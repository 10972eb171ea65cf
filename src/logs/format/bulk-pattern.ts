/** A class, an escape, the begin of a group, a place, or any other character. */
const token = /\[(\^?)((?:\\.|[^\]\\])*)\]|\\(.)|(\()(\?(?::|<(?![=!]))?)?|([\s\S])/gy;

/** What stands in a class of its own (`\s`), and would match a line feed. */
const withoutLineFeed: Readonly<Record<string, string>> = {
  s: '[^\\S\\n]',
  W: '[^\\w\\n]',
  D: '[^\\d\\n]',
};
/** Escapes outside of classes that match no line feed, whatever stands around them. */
const harmless = /[dwSbBtvfr]|[^\w]/;
/** A class that may hold a line feed, or of which it is not sure: escapes of letters and digits besides a few, and ranges from a control character. */
const doubtful = /\\(?![dwStvfr])\w|\\[tvfr](?=.*-)/;

/** `undefined`: it can't be said. */
const ofToken = (match: RegExpExecArray): string | undefined => {
  const [whole, not, body, escaped, group, begin, other] = match;
  if (body !== undefined) {
    if (not === '^') return `[^\\n${body.startsWith('-') ? '\\' : ''}${body}]`;
    return doubtful.test(body) ? undefined : whole;
  }
  if (escaped !== undefined) return withoutLineFeed[escaped] ?? (harmless.test(escaped) ? whole : undefined);
  if (group !== undefined) return begin === '?' ? undefined : whole;
  if (other === '^') return '(?<![^\\n])';
  if (other === '$') return '(?![^\\n])';
  return whole;
};

/**
 * The source of an expression that finds in many lines (line feeds between them) what `source` finds in each alone:
 * no atom of it matches a line feed, and `^` and `$` stand for a line's begin and end. For a source that compiles
 * without flags, or with `i`. Undefined where that is not certain: look-around, modifiers, back-references, escapes by number.
 */
export const bulkSource = (source: string): string | undefined => {
  if (/[\x00-\x1f]/.test(source)) return undefined;
  // Any match behind `.*` is one without it; with it, a line that has none is read once for each of its characters.
  const rest = source.includes('|') ? source : source.replace(/^(?:\.\*\??)+/, '');
  let bulk = '';
  token.lastIndex = 0;
  for (let match = token.exec(rest); match !== null; match = token.exec(rest)) {
    const part = ofToken(match);
    if (part === undefined) return undefined;
    bulk += part;
  }
  return bulk;
};
