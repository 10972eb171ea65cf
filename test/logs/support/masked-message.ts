/** What differs between two lines that say the same: UUIDs, hexadecimal numbers and ids, numbers. */
const varying =
  /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b|\d+(?:[.,:]\d+)*/gi;

/** A message without what makes it unlike others of its kind: numbers and hexadecimal ids are `#`. */
export const maskedMessage = (message: string): string => message.replace(varying, '#').trim();

/** The nth word of a line, counted from 1 as awk does; undefined when it has fewer. */
export const nthField = (line: string, nth: number): string | undefined => line.trim().split(/\s+/)[nth - 1];
