/** More than so many letters in one read were not typed, whatever the terminal says. */
export const typedAtOnce = 3;

/** Named keys and chords, which are never text. */
export const isCommandKey = (key: string): boolean =>
  key.startsWith('ctrl-') || (key.length > 1 && /^[a-z][a-z\d-]*$/.test(key));

/** The text after an editing key; undefined when the key does not edit. */
export const edited = (text: string, key: string): string | undefined => {
  if (key === 'backspace' || key === 'delete') return [...text].slice(0, -1).join('');
  if (key === 'ctrl-u') return '';
  if (key === 'ctrl-w') return text.replace(/\S+\s*$/, '');
  if (key === 'space') return `${text} `;
  return isCommandKey(key) ? undefined : text + key;
};

/** Of a paste, its first line. */
export const pastedLine = (text: string): string => text.trim().split(/[\r\n]/)[0] ?? '';
