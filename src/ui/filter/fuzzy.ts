/**
 * Whether the letters stand in their order inside one word of the text (words are parted by blanks). Each word is gone
 * through once: from the first of the letters on, taking the earliest place of each next one, which finds them if they
 * are there. Letters with a blank among them are in no word.
 */
export const isInOneWord = (text: string, letters: string): boolean => {
  if (letters === '' || letters.includes(' ')) return false;
  const first = letters.charAt(0);
  for (let from = text.indexOf(first); from !== -1; ) {
    const blank = text.indexOf(' ', from);
    const end = blank === -1 ? text.length : blank;
    let found = 0;
    for (let at = from; at < end && found < letters.length; at++)
      if (text.charCodeAt(at) === letters.charCodeAt(found)) found++;
    if (found === letters.length) return true;
    from = blank === -1 ? -1 : text.indexOf(first, blank);
  }
  return false;
};
