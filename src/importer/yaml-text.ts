import { escapeControls, stripControls } from '../domain/text/controls.ts';

const isPlain = /^[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9(][A-Za-z0-9_./()-]*)*$/;
const isKeyword = /^(?:true|false|yes|no|on|off|null|y|n)$/i;

/** Text from outside on one line without control characters: it ends neither a comment nor a line of output. */
export const singleLine = (text: string): string => stripControls(text.replaceAll(/\s+/g, ' '));

/** A comment of one line. */
export const comment = (text: string): string => `# ${singleLine(text)}`;

/**
 * Text from outside as data: `${` would start a reference, which may read a file or start a program. Control characters are
 * removed first, as a profile that is loaded removes them: what is left of `$\x1b[m{` would be a reference.
 */
export const escapeReferences = (text: string): string => stripControls(text).replaceAll('${', () => '$${');

/**
 * Text as a YAML scalar with its references: for text that passed `escapeReferences`, for references that are meant, and for
 * keys, which are never resolved.
 */
export const quotedScalar = (text: string): string =>
  isPlain.test(text) && !isKeyword.test(text) ? text : escapeControls(JSON.stringify(text));
