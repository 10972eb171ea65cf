/** Brackets and separators around a word. */
const aroundWord = /^[([{]+|[)\]}:,;·-]+$/gu;

/**
 * A title that was shortened to whole words without the marks between them: 'Response…p99' → 'Response p99'. A part of a word, as of
 * 'payment-…rate', keeps its mark.
 */
export const withoutMarks = (short: string, title: string, mark: string): string => {
  const words = new Set(title.split(/\s+/).map((word) => word.replace(aroundWord, '')));
  const bare = (word: string): string => word.replace(aroundWord, '');
  const kept = short.split(mark).flatMap((part) => part.split(/\s+/).filter((word) => word !== ''));
  // Without its first word a title begins with a mark.
  if (!short.includes(mark) || short.startsWith(mark) || !kept.every((word) => words.has(bare(word))))
    return short;
  const plain = kept.join(' ').replace(/[:,;·-]+$/u, '');
  const isWhole = [...plain].filter((sign) => sign === '(').length === plain.split(')').length - 1;
  return isWhole ? plain : plain.replace(/[()]/g, '');
};
