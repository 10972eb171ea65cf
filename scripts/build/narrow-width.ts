/**
 * What takes one cell wherever it stands: ASCII, Latin, punctuation, arrows, lines, blocks and plain geometric shapes.
 * No combining mark, no format character, nothing that is an emoji by itself.
 */
const oneCellEach =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u203b\u203d-\u2048\u204a-\u205e\u2190-\u21ff\u2200-\u22ff\u2500-\u25fc\u25ff\u2713-\u2718]*$/;
/** Styles: no other control sequence is in a row that is drawn. */
const styles = /\x1b\[[\d;]*m/g;

/** Cells of a text that is drawn one cell a character; undefined when it has any other character. */
export const narrowWidth = (text: string): number | undefined => {
  const plain = text.includes('\x1b') ? text.replace(styles, '') : text;
  return oneCellEach.test(plain) ? plain.length : undefined;
};
