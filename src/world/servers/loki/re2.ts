/** A pattern of RE2, as far as it has the same words as JavaScript. Throws SyntaxError for what is none. */
export const re2 = (source: string): RegExp => {
  const points = source.replaceAll(/\\x\{([\da-fA-F]+)\}/g, '\\u{$1}');
  // RE2's dot stops at a line feed alone.
  const dots = points.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]|\(\?s:\.\)|\./gs, (part) =>
    part === '.' ? '[^\\n]' : part,
  );
  const [, flags = '', rest = dots] = /^\(\?([ims]+)\)([\s\S]*)$/.exec(dots) ?? [];
  return new RegExp(rest, `u${flags}`);
};

/** Why a pattern is none, as Go says it: JavaScript's reason, in its place. */
export const re2Problem = (source: string, error: unknown): string => {
  const why = error instanceof Error ? error.message.split(': ').at(-1)?.toLowerCase() : String(error);
  const words = why === 'unterminated group' ? 'missing closing )' : (why ?? '');
  return `error parsing regexp: ${words}: \`${source}\``;
};
