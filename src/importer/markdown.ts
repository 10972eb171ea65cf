import type { Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table';
import { gfmTaskListItemFromMarkdown } from 'mdast-util-gfm-task-list-item';
import { gfmTable } from 'micromark-extension-gfm-table';
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item';
import {
  type Block,
  isPartName,
  type ListItem,
  type MarkdownDocument,
  type Placed,
  plainTitle,
  type Section,
} from './document.ts';

/** Deeper nesting is kept as text of the level above. */
const deepest = 40;

type Open = { -readonly [K in keyof Section]: Section[K] } & { blocks: Block[] };

const lineOf = (node: Nodes): number => node.position?.start.line ?? 0;

/** The text of a node without markup, on one line. */
const textOf = (node: Nodes, level = 0): string => {
  if ('value' in node) return node.value;
  if (node.type === 'break') return ' ';
  if (!('children' in node) || level > deepest) return '';
  return node.children.map((child) => textOf(child, level + 1)).join(node.type === 'tableRow' ? ' ' : '');
};

const flat = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Collects the code spans and links below a node, without those of nested lists. */
const inlineOf = (node: Nodes): Pick<Block, 'spans' | 'links'> => {
  const spans: Placed[] = [];
  const links: (Placed & { url: string })[] = [];
  const visit = (nodes: Nodes, level: number): void => {
    if (nodes.type === 'inlineCode') spans.push({ line: lineOf(nodes), text: nodes.value });
    if (nodes.type === 'link') links.push({ line: lineOf(nodes), text: flat(textOf(nodes)), url: nodes.url });
    if (level > deepest || !('children' in nodes)) return;
    for (const child of nodes.children) if (child.type !== 'list') visit(child, level + 1);
  };
  visit(node, 0);
  return { spans, links };
};

/** A bold line alone, or one that ends with a colon, is a label for what follows it. */
const labelOf = (node: Nodes): string | undefined => {
  if (node.type !== 'paragraph' || node.children[0]?.type !== 'strong') return undefined;
  const text = flat(textOf(node));
  const isAlone = node.children.length === 1 || text === `${flat(textOf(node.children[0]))}:`;
  return (isAlone || (text.endsWith(':') && text.length <= 120)) && !text.includes('\n')
    ? text.replace(/:$/, '')
    : undefined;
};

/** Splits a paragraph of labeled lines ('**Owner**: …' under each other) into its lines. */
const linesOf = (node: Nodes, source: readonly string[]): readonly Placed[] => {
  const first = lineOf(node);
  const last = node.position?.end.line ?? first;
  const raw = source.slice(first - 1, last);
  const isLabeled = raw.length > 1 && raw.every((line) => /^\s*(?:[-*] )?\*\*[^*]+\*\*/.test(line));
  if (!isLabeled) return [{ line: first, text: flat(textOf(node)) }];
  return raw.map((line, i) => ({
    line: first + i,
    text: flat(line.replaceAll('**', '').replaceAll('`', '')),
  }));
};

/** Walks the tree and cuts it into sections and blocks. */
class SectionBuilder {
  readonly sections: Open[] = [];
  headings = 0;
  private readonly source: readonly string[];
  private part = '';
  private lists = 0;
  private readonly stack: { readonly depth: number; readonly title: string }[] = [];

  constructor(source: readonly string[]) {
    this.source = source;
    this.open('', 1, 0);
  }

  private open(title: string, line: number, depth: number): void {
    const path = this.stack.map((entry) => entry.title);
    this.sections.push({ title, line, depth, path, blocks: [] });
    this.part = '';
  }

  private add(block: Block): void {
    this.sections.at(-1)?.blocks.push(block);
  }

  private heading(node: Extract<Nodes, { type: 'heading' }>): void {
    this.headings += 1;
    const title = plainTitle(flat(textOf(node)));
    const around = this.sections.at(-1);
    if (isPartName(title) && around !== undefined && around.depth > 0 && node.depth >= around.depth) {
      this.part = title;
      return;
    }
    while ((this.stack.at(-1)?.depth ?? 0) >= node.depth) this.stack.pop();
    this.open(title, lineOf(node), node.depth);
    this.stack.push({ depth: node.depth, title });
  }

  private code(node: Extract<Nodes, { type: 'code' }>, item: ListItem | undefined): void {
    const line = lineOf(node);
    const isFenced = /^[\s>*+\-\d.)]*(?:```|~~~)/.test(this.source[line - 1] ?? '');
    const firstLine = isFenced ? line + 1 : line;
    const lang = (node.lang ?? '').toLowerCase();
    const block = {
      is: 'code' as const,
      line,
      part: this.part,
      spans: [],
      links: [],
      lang,
      text: node.value,
      firstLine,
    };
    this.add(item === undefined ? block : { ...block, item });
  }

  private list(node: Extract<Nodes, { type: 'list' }>, depth: number): void {
    const list = ++this.lists;
    for (const child of node.children) {
      const [first] = child.children;
      const head = first?.type === 'paragraph' ? first : undefined;
      const item: ListItem = {
        is: 'item',
        line: lineOf(child),
        part: this.part,
        ...(head === undefined ? { spans: [], links: [] } : inlineOf(head)),
        text: head === undefined ? '' : flat(textOf(head)),
        ordered: node.ordered === true,
        task: child.checked !== null && child.checked !== undefined,
        list,
        depth,
      };
      this.add(item);
      for (const rest of head === undefined ? child.children : child.children.slice(1))
        this.visit(rest, depth + 1, item);
    }
  }

  private table(node: Extract<Nodes, { type: 'table' }>): void {
    const rows = node.children.map((row) => ({
      line: lineOf(row),
      cells: row.children.map((cell) => flat(textOf(cell))),
    }));
    const header = rows[0]?.cells ?? [];
    this.add({
      is: 'table',
      line: lineOf(node),
      part: this.part,
      ...inlineOf(node),
      header,
      rows: rows.slice(1),
    });
  }

  private text(node: Nodes): void {
    const label = labelOf(node);
    const placed = linesOf(node, this.source);
    if (label !== undefined && placed.length === 1) {
      this.part = label;
      return;
    }
    const inline = inlineOf(node);
    for (const { line, text } of placed)
      if (text !== '') this.add({ is: 'text', line, part: this.part, ...inline, text });
  }

  visit(node: Nodes, depth = 0, item?: ListItem): void {
    if (node.type === 'heading') this.heading(node);
    else if (node.type === 'code') this.code(node, item);
    else if (node.type === 'list' && depth < deepest) this.list(node, depth);
    else if (node.type === 'table') this.table(node);
    else if ((node.type === 'root' || node.type === 'blockquote') && depth < deepest)
      for (const child of node.children) this.visit(child, node.type === 'root' ? 0 : depth + 1, item);
    else if (node.type !== 'thematicBreak' && node.type !== 'definition') this.text(node);
  }
}

/** Parses CommonMark with tables and task lists into sections. HTML stays text; nothing is executed or fetched. */
export const parseMarkdown = (text: string): MarkdownDocument => {
  const root: Root = fromMarkdown(text, {
    extensions: [gfmTable(), gfmTaskListItem()],
    mdastExtensions: [gfmTableFromMarkdown(), gfmTaskListItemFromMarkdown()],
  });
  const builder = new SectionBuilder(text.split(/\r\n|\n|\r/));
  builder.visit(root);
  const sections = builder.sections.filter(({ title, blocks }) => title !== '' || blocks.length > 0);
  return { sections, headings: builder.headings };
};
