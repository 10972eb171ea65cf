const needsEscape = /["\\\x00-\x1f\x7f-\x9f\u2028\u2029]/g;

const escapeOf = (char: string): string =>
  char === '"' || char === '\\' ? `\\${char}` : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A text as a string of LogQL, whatever is in it: it can end nothing and begin nothing. Source: Go, strconv.Unquote. */
export const quoted = (text: string): string => `"${text.replaceAll(needsEscape, escapeOf)}"`;
