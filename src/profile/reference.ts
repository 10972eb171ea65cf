import { nearestWord } from './did-you-mean.ts';
import type { Words } from './yaml-words.ts';

/** What stands between `${` and `}`. */
export type Reference =
  | { readonly is: 'var'; readonly text: string; readonly name: string }
  | { readonly is: 'env'; readonly text: string; readonly name: string }
  | { readonly is: 'world'; readonly text: string; readonly name: string }
  | { readonly is: 'file'; readonly text: string; readonly path: string }
  | { readonly is: 'exec'; readonly text: string; readonly argv: readonly string[] };

export type OutsideReference = Exclude<Reference, { readonly is: 'var' }>;

export type ParsedReferences =
  | { readonly ok: true; readonly parts: readonly (string | Reference)[] }
  | ({ readonly ok: false } & Words);

/**
 * A command line as a list of words: split at spaces, '…' and "…" keep what is between them. Nothing is expanded
 * and no shell is involved. Undefined when a quote is not closed.
 */
export const splitArgv = (text: string): readonly string[] | undefined => {
  const words: string[] = [];
  const rest = text.replaceAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g, (word) => {
    words.push(word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single ?? ''));
    return '';
  });
  return rest.trim() === '' ? words : undefined;
};

const schemes = ['env', 'file', 'exec'];

const unknown = (text: string): Words => {
  const [scheme = '', ...rest] = text.slice(2, -1).split(':');
  const meant = rest.length > 0 ? nearestWord(scheme, schemes) : undefined;
  return {
    what: `${text} is no reference`,
    todo:
      meant === undefined || meant === scheme
        ? `write \${name}, \${env:NAME}, \${file:path}, \${exec:command} or \${world.name}; $\${ is a plain \${`
        : `did you mean \${${meant}:${rest.join(':')}}?`,
  };
};

const referenceOf = (text: string, inner: string): Reference | Words => {
  const [, scheme, rest = ''] = /^(env|file|exec):\s*(.*?)\s*$/s.exec(inner) ?? [];
  if (scheme === 'env' && /^[A-Za-z_]\w*$/.test(rest)) return { is: 'env', text, name: rest };
  if (scheme === 'file' && rest !== '') return { is: 'file', text, path: rest };
  if (scheme === 'exec') {
    const argv = splitArgv(rest);
    if (argv === undefined) return { what: `a quote in ${text} is not closed`, todo: 'close it' };
    if (argv.length > 0) return { is: 'exec', text, argv };
  }
  const world = /^world\.([\w-]+)$/.exec(inner)?.[1];
  if (world !== undefined) return { is: 'world', text, name: world };
  if (/^[A-Za-z_][\w-]*$/.test(inner)) return { is: 'var', text, name: inner };
  return unknown(text);
};

/**
 * Text and references in turn. `$${` is a plain `${`; `${param.x}`, `${each}` and `${before}` stay text: a run binds them.
 */
export const parseReferences = (text: string): ParsedReferences => {
  const parts: (string | Reference)[] = [];
  let plainText = '';
  let end = 0;
  for (const match of text.matchAll(/\$\$\{|\$\{(?:param\.[\w-]+|each|before)\}|\$\{([^{}]*)\}|\$\{/g)) {
    plainText += text.slice(end, match.index);
    end = match.index + match[0].length;
    const [whole, inner] = match;
    if (whole === '$' + '${') plainText += '$' + '{';
    else if (inner !== undefined) {
      const reference = referenceOf(whole, inner);
      if (!('is' in reference)) return { ok: false, ...reference };
      if (plainText !== '') parts.push(plainText);
      plainText = '';
      parts.push(reference);
    } else if (whole !== '$' + '{') plainText += whole;
    else
      return {
        ok: false,
        what: 'a reference is not closed, or holds another one',
        todo: 'close it with }; $' + '${ is a plain $' + '{',
      };
  }
  plainText += text.slice(end);
  if (plainText !== '' || parts.length === 0) parts.push(plainText);
  return { ok: true, parts };
};
