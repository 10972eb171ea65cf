import { type FieldMask, maskTree } from '../../domain/mask/mask-tree.ts';
import { escapeControls, stripControls } from '../../domain/text/controls.ts';
import type { SecretMasker } from '../masking/secrets.ts';

/**
 * The filter for all text that leaves the process: masks secrets, then strips control sequences. Masks again after
 * stripping, because an escape sequence inside a secret hides it.
 */
export interface OutputSink {
  /** Filters text of one or more lines; newlines and tabs stay. `name`: the field that it is the value of. */
  text(text: string, name?: string): string;
  /**
   * Filters one output line: further lines in a value are indented, so that they cannot pass for separate lines.
   */
  row(text: string): string;
  /** Filters a name or a label to one line, so that no name forges a second one. */
  label(text: string): string;
  /** Filters log lines in bulk: masks only known secrets and the names of `alsoMask`. */
  lines(text: string): string;
  /** Filters data: texts by content and by field name, and external names. */
  tree<T>(value: T): T;
  /** Filters as `tree` and serializes to JSON with escaped controls. 64-bit integers become decimal strings. */
  json(value: unknown, pretty?: boolean): string;
  /** Filters a text that was rendered from `tree`, keeping its colors. */
  painted(text: string): string;
  /** Adds a mask for all later text. */
  alsoMask(mask: FieldMask): void;
  /** True: `lines` may change text that has no control characters. */
  readonly masks: boolean;
}

/** All line breaks that terminals and line readers recognize. */
const breaks = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;
const hanging = '    ';

/** Color sequences (ECMA-48, SGR). Only opsdeck writes them: `tree` strips those of others. */
const colors = /(\u001b\[\d{1,3}m)/;

const plainJson = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

/** Creates the sink of a process, or of one command in a test. */
export const createOutputSink = (masker: Pick<SecretMasker, 'mask' | 'outgoing' | 'size'>): OutputSink => {
  let also: FieldMask | undefined;
  const mask: FieldMask = (text, name) => {
    const masked = masker.outgoing(text, name);
    return also === undefined ? masked : also(masked, name);
  };
  const text: FieldMask = (from, name) => {
    const plain = stripControls(from);
    // A field name is applied once: masking the mark again would alter it.
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
