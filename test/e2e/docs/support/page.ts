/** A command on a page and the output shown after it. */
interface Typed {
  readonly command: string;
  readonly printed: readonly string[];
}

/** An executable part of a page. */
export type Part =
  | { readonly kind: 'file'; readonly path: string; readonly text: string; readonly isMore: boolean }
  | { readonly kind: 'session'; readonly typed: readonly Typed[] }
  | { readonly kind: 'shell'; readonly script: string }
  | { readonly kind: 'keys'; readonly rows: readonly KeyRow[] };

interface KeyRow {
  readonly press: readonly string[];
  readonly see: readonly string[];
}

const inTicks = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, part = '']) => part);

const sessionOf = (text: string): readonly Typed[] =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...printed] = part.trimEnd().split('\n');
      return { command, printed };
    });

const announced = /(Write|Add to)\s+`([^`]+)`:\s*$/;

/** Parses a code block. Throws for a block without instructions: every block of a tested page must be executable. */
const blockOf = (language: string, text: string, before: string): Part => {
  if (language === 'console') return { kind: 'session', typed: sessionOf(text) };
  if (language === 'sh') return { kind: 'shell', script: text };
  const [, how, path] = announced.exec(before) ?? [];
  if (path === undefined) throw new Error(`no file name before this block:\n${text}`);
  return { kind: 'file', path, text, isMore: how === 'Add to' };
};

const keysOf = (table: string): Part => ({
  kind: 'keys',
  rows: table
    .trimEnd()
    .split('\n')
    .map((row) => {
      const [press = '', see = ''] = row.slice(1).split(' |');
      return { press: inTicks(press), see: inTicks(see) };
    }),
});

const parts = /^```(\w+)\n([\s\S]*?)^```$|^\| press \| and see \|\n\| --- \| --- \|\n((?:\|.*\n)+)/gm;

/** Returns the files, commands and keys of a page, in order. */
export const partsOf = (page: string): readonly Part[] =>
  [...page.matchAll(parts)].map(({ 1: language, 2: text = '', 3: table, index }) =>
    language === undefined ? keysOf(table ?? '') : blockOf(language, text, page.slice(0, index)),
  );
