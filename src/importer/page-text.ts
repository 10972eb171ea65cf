import { defined } from '../domain/base/defined.ts';
import type { QuotedCommand, ReadText } from '../domain/facts/object-description.ts';
import { headingAnchor } from '../domain/runbooks/runbook-page.ts';
import { draftProfile } from './draft.ts';
import { preparedDocument } from './import-document.ts';
import { parseMarkdown } from './markdown.ts';
import { withSecretMarks } from './secrets.ts';

/** The text in place of a secret of the document. */
const withoutMarks = (text: string): string => withSecretMarks(text, () => '<secret left out>');

const heading = /^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$/;
const fence = /^\s*(?:```|~~~)/;

/** A line of Markdown as text: `[label](url)` as 'label (url)', without marks of emphasis. Its code spans keep theirs. */
const plainLine = (line: string): string =>
  line
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith('`')
        ? part
        : part
            .replaceAll(/!?\[([^\]\n]*)\]\(([^()\s]+)\)/g, '$1 ($2)')
            .replaceAll(/(\*\*|__)(?=\S)([^*_\n]+?)\1/g, '$2'),
    )
    .join('');

/** The lines of a page, one for each line of its file. Headings are set off by their marks, code by an indent. */
const renderedLines = (text: string): readonly string[] => {
  let inCode = false;
  return text.split('\n').map((line) => {
    if (fence.test(line)) {
      inCode = !inCode;
      return '';
    }
    return inCode ? `    ${line}` : plainLine(line);
  });
};

/** The first line of the heading that an anchor names; undefined without one. */
const anchoredLine = (text: string, anchor: string): number | undefined => {
  if (anchor === '') return undefined;
  const index = text.split('\n').findIndex((line) => {
    const [, title] = heading.exec(line) ?? [];
    return title !== undefined && headingAnchor(title) === anchor;
  });
  return index < 0 ? undefined : index;
};

/**
 * Reads a runbook in Markdown as lines for a reader, with the commands in it. Everything in it is text: nothing is executed,
 * fetched or believed. Throws DocumentError.
 */
export const pageText = (text: string, file: string, anchor: string): ReadText => {
  const { text: safe, secrets } = preparedDocument(text, { system: 'page', file });
  const { commands } = draftProfile(parseMarkdown(safe), { system: 'page', file, secrets, modules: [] });
  const start = anchoredLine(safe, anchor);
  return {
    title: file,
    lines: renderedLines(withoutMarks(safe)),
    commands: commands
      .map(
        (found): QuotedCommand => ({
          line: found.line - 1,
          text: withoutMarks(found.raw),
          danger: found.class.danger,
        }),
      )
      .toSorted((a, b) => a.line - b.line),
    ...defined({ start }),
  };
};
