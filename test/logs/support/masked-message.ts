/** Variable parts of a message: UUIDs, hexadecimal numbers and ids, numbers. */
const varying =
  /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b|\d+(?:[.,:]\d+)*/gi;

/** Replaces the variable parts of a message, numbers and hexadecimal ids, with `#`. */
export const maskedMessage = (message: string): string => message.replace(varying, '#').trim();

/** The nth word of a line, counted from 1 as in awk; undefined when it has fewer. */
export const nthField = (line: string, nth: number): string | undefined => line.trim().split(/\s+/)[nth - 1];
