/**
 * Characters without a glyph: white space, default-ignorable ones (zero-width, Hangul fillers, bidi controls), other controls and
 * formats, unassigned and private ones, and the blank of Braille.
 */
const unseen = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{C}\u2800\ufff9-\ufffb]/gu;

/** Returns whether a text has nothing that a person can see: as a reason or an answer it is empty. */
export const isBlankText = (text: string): boolean => text.replaceAll(unseen, '') === '';
