import { stripControls } from '../domain/text/controls.ts';
import type { SourceModule } from '../sources/kit/contract/source.ts';
import type { CodeBlock, MarkdownDocument } from './document.ts';
import { type DraftedProfile, draftProfile } from './draft.ts';
import { parseMarkdown } from './markdown.ts';
import { withoutSecrets } from './secrets.ts';
import { singleLine } from './yaml-text.ts';

/** The largest document that is parsed: the time of the parser can grow faster than the text. */
export const mostDocumentBytes = 256 * 1024;

/** A document that is no runbook in Markdown. The message says why, and what to do. */
export class DocumentError extends Error {}

export interface ImportedDocument {
  readonly draft: DraftedProfile;
  /** The first line with bytes that are not UTF-8; they were replaced. */
  readonly notUtf8?: number;
}

interface ImportOptions {
  readonly system: string;
  /** Name of the document in comments and messages. */
  readonly file: string;
  readonly modules: readonly SourceModule[];
}

/**
 * A document as the parser may read it: without control sequences, and with marks for its secrets. Line numbers stay the same.
 * Throws DocumentError.
 */
export const preparedDocument = (text: string, { system, file }: Pick<ImportOptions, 'system' | 'file'>) => {
  if (Buffer.byteLength(text) > mostDocumentBytes)
    throw new DocumentError(
      `${file} is larger than ${mostDocumentBytes / 1024} KiB. Split the document into one file per system.`,
    );
  if (text.includes('\0'))
    throw new DocumentError(
      `${file} is not a text file: the file contains NUL bytes. Convert the file to UTF-8.`,
    );
  const lines = text.replace(/^\u{FEFF}/u, '').replaceAll(/\r\n?/g, '\n');
  const bad = lines.split('\n').findIndex((line) => line.includes('\u{FFFD}'));
  return { ...withoutSecrets(stripControls(lines), system), ...(bad < 0 ? {} : { notUtf8: bad + 1 }) };
};

/** Files of alert rules, or of objects with them, have no text around their YAML. */
const parsed = (text: string, file: string): MarkdownDocument => {
  if (!/\.ya?ml$/i.test(file)) return parseMarkdown(text);
  const place = { line: 1, part: '', spans: [], links: [] };
  const block: CodeBlock = { is: 'code', lang: 'yaml', text, firstLine: 1, ...place };
  return { sections: [{ title: '', line: 1, depth: 1, path: [], blocks: [block] }], headings: 0 };
};

/** Drafts a profile from a Markdown document, or from alert rules in YAML. Executes nothing and reads nothing else. Throws DocumentError. */
export const importDocument = (text: string, { system, file, modules }: ImportOptions): ImportedDocument => {
  const { text: safe, secrets, ...bytes } = preparedDocument(text, { system, file });
  const draft = draftProfile(parsed(safe, file), { system, file: singleLine(file), secrets, modules });
  return { draft, ...bytes };
};
