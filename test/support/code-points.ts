import fc from 'fast-check';

const firstSurrogate = 0xd800;
const surrogates = 0x800;

/**
 * Any code point as a text, the unit of `fc.string({ unit: codePoint })`. The unit 'binary' of fast-check generates the same, but
 * fills a table of all 1.1 million first: a second and 190 MB in each process.
 */
export const codePoint = fc.nat({ max: 0x10ffff - surrogates }).map(
  (nth) => String.fromCodePoint(nth < firstSurrogate ? nth : nth + surrogates),
  (text) => {
    const code = typeof text === 'string' ? text.codePointAt(0) : undefined;
    if (code === undefined || String.fromCodePoint(code) !== text) throw new Error('not one code point');
    if (code >= firstSurrogate && code < firstSurrogate + surrogates) throw new Error('half a character');
    return code < firstSurrogate ? code : code - surrogates;
  },
);
