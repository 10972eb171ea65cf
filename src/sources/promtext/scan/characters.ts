/** Characters of the format by their codes: the scanner looks at codes, never at one-letter strings. */
const tab = 9;
const blank = 32;
export const quote = 34;
export const hash = 35;
export const plus = 43;
export const comma = 44;
export const minus = 45;
export const dot = 46;
export const zero = 48;
export const equals = 61;
export const backslash = 92;
export const openBrace = 123;
export const closeBrace = 125;

const nameStart = 1;
const nameRest = 2;
const labelStart = 4;
const labelRest = 8;

/** What each ASCII character may be part of. */
const roles = new Uint8Array(128);
const give = (characters: string, role: number): void => {
  for (const one of characters) roles[one.charCodeAt(0)] = (roles[one.charCodeAt(0)] ?? 0) | role;
};
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_';
give(letters, nameStart | nameRest | labelStart | labelRest);
give(':', nameStart | nameRest);
give('0123456789', nameRest | labelRest);

const has = (code: number, role: number): boolean => code < 128 && ((roles[code] ?? 0) & role) !== 0;

/** [a-zA-Z_:] */
export const startsName = (code: number): boolean => has(code, nameStart);
/** [a-zA-Z0-9_:] */
export const continuesName = (code: number): boolean => has(code, nameRest);
/** [a-zA-Z_] */
export const startsLabel = (code: number): boolean => has(code, labelStart);
/** [a-zA-Z0-9_] */
export const continuesLabel = (code: number): boolean => has(code, labelRest);

export const isBlank = (code: number): boolean => code === blank || code === tab;
export const isDigit = (code: number): boolean => code >= 48 && code <= 57;
