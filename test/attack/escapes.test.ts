import fc from 'fast-check';
import { expect } from 'vitest';
import { stripControls } from '../../src/domain/text/controls.ts';
import { createSecretMasker } from '../../src/platform/masking/secrets.ts';
import { createOutputSink, type OutputSink } from '../../src/platform/terminal/sink.ts';
import { codePoint } from '../support/code-points.ts';
import { family } from './support/attack.ts';
import { hostileText, pieces } from './support/texts.ts';

const known = 'q7-known-Zr';
const masker = createSecretMasker();
masker.add(known);

/** All characters that control a terminal or reverse text, except line feeds and tabs. */
const controlCharacters =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{100000}-\u{10ffff}]|\p{Cs}/u;

const same = <T>(value: T): T => value;
/** A sink that neither masks nor strips. */
const unfilteredSink: OutputSink = {
  ...createOutputSink(masker),
  text: same,
  row: same,
  label: same,
  lines: same,
  tree: same,
  painted: same,
  json: (value) => JSON.stringify(value),
};

/** ECMA-48 sequences in 7 and 8 bits: complete, nested and truncated. */
const sequence = fc
  .array(
    fc.constantFrom(
      ...['\u001b', '\u001b[', '\u001b]', '\u001bP', '\u001bX', '\u001b^', '\u001b_', '\u001b\\', '\u0007'],
      ...['\u009b', '\u009d', '\u0090', '\u009c', '52;c;ZXZpbA==', '0;', '8;;http://x', '?1049l', '2J', 'm'],
      ...['31', ';', 'a', '[', ']', '\\', 'P', '\u202e', '\ud800', '\r'],
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const text = fc
  .array(fc.oneof(sequence, hostileText, fc.constant(known), fc.string({ unit: codePoint, maxLength: 30 })), {
    maxLength: 5,
  })
  .map((parts) => parts.join(''));

family('terminal escapes', ({ attack }) => {
  attack('no control character, secret or forged line passes the sink, by any entry', {
    rounds: 500,
    corpus: [...pieces, known, `a q7-\u001b[0mknown-Zr b`],
    inputs: text,
    defense: createOutputSink(masker),
    sabotaged: unfilteredSink,
    holds: (from, sink) => {
      const out = [
        ...[sink.text(from), sink.row(from), sink.label(from), sink.lines(from)],
        ...[sink.json({ [from]: from }), sink.painted(JSON.stringify(sink.tree([from])))],
      ];
      for (const part of out) {
        expect(part).not.toMatch(controlCharacters);
        expect(part).not.toContain(known);
      }
      expect(sink.label(from)).not.toMatch(/[\n\r\u2028\u2029\u0085]/);
      for (const line of sink.row(from).split('\n').slice(1)) expect(line).toMatch(/^ {4}/);
      return out.length;
    },
  });

  attack('no stripped character reaches the terminal, and stripping is idempotent', {
    rounds: 1000,
    inputs: sequence,
    defense: stripControls,
    // 7-bit color sequences only: the obvious mistake.
    sabotaged: (from: string) => from.replaceAll(/\u001b\[[\d;]*m/g, ''),
    holds: (from, strip) => {
      const shown = strip(from);
      expect(shown).not.toMatch(controlCharacters);
      expect(strip(shown)).toBe(shown);
    },
  });
});
