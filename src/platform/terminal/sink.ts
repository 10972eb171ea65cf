import { escapeControls, stripControls } from '../../domain/controls.ts';
import { type FieldMask, maskTree } from '../../domain/mask/mask-tree.ts';
import type { SecretMasker } from './secrets.ts';

/**
 * What every text goes through on its way out of the process: masked, then without what steers a terminal. In this order
 * and twice, since an escape inside of a secret hides it.
 */
export interface OutputSink {
  /** A text of one line or several: newlines and tabs stay. `name`: the field that it is the value of. */
  text(text: string, name?: string): string;
  /** One line of an answer: what a name or a value in it breaks goes on indented, and begins no line of its own. */
  row(text: string): string;
  /** A name or a label: one line, whatever it holds, so that no name forges a second one. */
  label(text: string): string;
  /** Lines of a log, many at once where they are clean already: only what is known as a secret is masked, and what `alsoMask` was given for. */
  lines(text: string): string;
  /** Data as it may leave: texts by what they say and by their field, and names that came from outside. */
  tree<T>(value: T): T;
  /** `tree` as JSON; controls are escapes in it. 64-bit integers are decimal strings. */
  json(value: unknown, pretty?: boolean): string;
  /** A text that was laid out from `tree`, with the colors that it was given. */
  painted(text: string): string;
  /** From now on every text also goes through this one. */
  alsoMask(mask: FieldMask): void;
  /** True: `lines` may change a text without controls. */
  readonly masks: boolean;
}

/** Whatever a terminal or a reader of lines takes for the end of one. */
const breaks = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;
const hanging = '    ';

/** Colors and their end (ECMA-48, SGR), which only this program writes: `tree` leaves none of others. */
const colors = /(\u001b\[\d{1,3}m)/;

const plainJson = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

/** The sink of a process, or of one command in a test. */
export const createOutputSink = (masker: Pick<SecretMasker, 'mask' | 'outgoing' | 'size'>): OutputSink => {
  let also: FieldMask | undefined;
  const mask: FieldMask = (text, name) => {
    const masked = masker.outgoing(text, name);
    return also === undefined ? masked : also(masked, name);
  };
  const text: FieldMask = (from, name) => {
    const plain = stripControls(from);
    // A field's name may tell a secret only once: the mark is none.
    return plain === from ? mask(from, name) : mask(stripControls(mask(from)), name);
  };
  const label = (from: string): string => text(from).replaceAll(/\s+/g, ' ');
  const row = (from: string): string => {
    const [, indent = ''] = /^( *)/.exec(from) ?? [];
    return text(from).replaceAll(breaks, `\n${indent}${hanging}`);
  };
  const tree = <T>(value: T): T => maskTree(value, text);
  return {
    text,
    row,
    label,
    tree,
    lines: (from) => {
      const known = masker.mask(stripControls(from));
      return also === undefined ? known : also(known);
    },
    json: (value, pretty = false) =>
      escapeControls(JSON.stringify(tree(value), plainJson, pretty ? 2 : undefined)),
    painted: (from) =>
      from
        .split(colors)
        .map((part, index) => (index % 2 === 1 ? part : text(part)))
        .join(''),
    alsoMask: (more) => {
      also = more;
    },
    get masks() {
      return also !== undefined || masker.size > 0;
    },
  };
};
