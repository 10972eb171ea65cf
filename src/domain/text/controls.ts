/** ECMA-48 introducers, 7 and 8 bit: CSI with its parameters; OSC, DCS, SOS, PM, APC up to their end; other ESC pairs. */
const csi = '(?:\\x1b\\[|\\x9b)[0-?]*[ -/]*[@-~]';
const strings =
  '(?:\\x1b[\\]PX^_]|[\\x90\\x98\\x9d-\\x9f])[^\\x07\\x1b\\x80-\\x9f]*(?:\\x07|\\x1b\\\\|\\x9c)';
const pairs = '\\x1b[ -/]*[0-~]';
/** The rest of C0 (except newline and tab), DEL, C1; bidi controls; private-use plane 16; lone surrogates. */
const single =
  '[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\u{100000}-\\u{10ffff}\\p{Cs}]';

const any = new RegExp(`${csi}|${strings}|${pairs}|${single}`, 'gu');
const suspect = new RegExp(single, 'u');

/**
 * Strips untrusted text for display: removes terminal control sequences (ECMA-48), control characters, bidi controls,
 * private-use plane 16 and lone surrogates. Keeps newlines and tabs.
 */
export const stripControls = (text: string): string => (suspect.test(text) ? text.replaceAll(any, '') : text);

/** Characters that a terminal or a line reader may interpret, including Unicode's line separators. */
const inJson = new RegExp(`${single}|[\\u2028\\u2029]`, 'gu');

const beyondAscii = /[^\n\x20-\x7e]/;

/** Escapes the control characters in JSON text: the data stays the same, but cannot control a terminal. */
export const escapeControls = (json: string): string => (beyondAscii.test(json) ? escaped(json) : json);

const escaped = (json: string): string =>
  json.replaceAll(inJson, (found) =>
    // Layout newlines and tabs are not matched; JSON escapes those inside texts itself.
    found
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** Characters without a glyph that are not controls: zero-width, fillers, tags, annotations, line separators. */
const unseen = /[\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]/u;

/** A pictograph with its presentation, several joined to one, and a keycap: what joins them is a part of what is seen. */
const pictographs =
  /\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}]?\ufe0f?(?:\u200d\p{Extended_Pictographic}[\u{1f3fb}-\u{1f3ff}]?\ufe0f?)*|[0-9#*]\ufe0f\u20e3/gu;

/** The first character of a text that no one can see, as 'U+200B'; undefined if there is none. */
export const invisibleCharacter = (text: string): string | undefined => {
  const point = unseen.test(text)
    ? unseen.exec(text.replace(pictographs, ''))?.[0].codePointAt(0)
    : undefined;
  return point === undefined ? undefined : `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
};
