/**
 * Characters that are always one cell wide: ASCII, Latin, punctuation, arrows, box drawing, blocks and plain geometric shapes. No
 * combining marks, no format characters, no characters with emoji presentation.
 */
const oneCellEach =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u203b\u203d-\u2048\u204a-\u205e\u2190-\u21ff\u2200-\u22ff\u2500-\u25fc\u25ff\u2713-\u2718]*$/;
/** SGR sequences, the only control sequences in a drawn row. */
const styles = /\x1b\[[\d;]*m/g;

/** Width of a text in which every character is one cell wide; undefined for other texts. */
export const narrowWidth = (text: string): number | undefined => {
  const plain = text.includes('\x1b') ? text.replace(styles, '') : text;
  return oneCellEach.test(plain) ? plain.length : undefined;
};
