import type { CodeBlock } from './document.ts';
import type { ShellStatement } from './shell.ts';

/** `<pod>`, `<pod name>`, `<10m>`: what a reader fills in. `<in>out` is a redirection. */
const placeholder = /<(\d{0,4}[A-Za-z][\w ./-]{0,60})>(?![\w"'$])/g;

// Characters for private use, other than those of secrets.ts: the shell reads a placeholder as part of a word.
const opening = '\ue010';
const closing = '\ue011';
const blank = '\ue012';

/** Replaces placeholders, which a shell would read as redirections, by words. */
export const withPlaceholderWords = (text: string): string =>
  text
    .replaceAll(/[\ue010-\ue012]/g, '')
    .replaceAll(placeholder, (_, name: string) => `${opening}${name.replaceAll(' ', blank)}${closing}`);

/** The inverse of `withPlaceholderWords`. */
export const withPlaceholders = (text: string): string =>
  text.replaceAll(opening, '<').replaceAll(closing, '>').replaceAll(blank, ' ');

/** Functions and aggregations that begin an expression of PromQL. */
const promql =
  /^(?:sum|avg|min|max|count|topk|bottomk|quantile|stddev|rate|irate|increase|histogram_quantile|absent|absent_over_time|predict_linear|changes|resets|delta|deriv|label_replace|label_join|sort|sort_desc|round|clamp\w*|\w+_over_time)\s*(?:(?:by|without)\s*\([^)]*\)\s*)?\(/;

/** True: a block tagged as shell holds an expression of PromQL. */
export const isPromqlBlock = ({ text }: Pick<CodeBlock, 'text'>): boolean => promql.test(text.trimStart());

const shells = /^(?:.*\/)?(?:ba|z|k|da|a)?sh$/;

/** True: `kubectl` or `oc` with these arguments opens a shell in a container. */
const opensPodShell = (program: string, words: readonly string[], isInteractive: boolean): boolean => {
  const isShell = shells.test(words.at(-1) ?? '');
  if (words.includes('rsh')) return isShell || !words.includes('--');
  if (words.includes('debug'))
    return (isInteractive || program === 'oc') && (isShell || !words.includes('--'));
  return words.includes('exec') && isInteractive && isShell;
};

/** True: the statement opens a console or a shell elsewhere, in which what follows is typed. */
export const opensConsole = ({ commands, isCompound }: ShellStatement): boolean => {
  const [command] = commands;
  if (isCompound || commands.length !== 1 || command === undefined) return false;
  const [program = '', ...words] = command.words.map(({ value }) => value);
  const last = words.at(-1) ?? '';
  const isInteractive = words.some((word) => /^-(?:it|ti|i|t)$|^--(?:tty|stdin|interactive)$/.test(word));
  if (/^(?:kubectl|oc|k)$/.test(program)) return opensPodShell(program, words, isInteractive);
  if (/^(?:docker|podman|nerdctl)$/.test(program))
    return /^(?:exec|run)$/.test(words[0] ?? '') && isInteractive && shells.test(last);
  return program === 'chroot' && words.length === 1;
};
