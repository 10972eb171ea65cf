/** Text of a Markdown file with the line, from 1, where it begins. */
export interface Placed {
  readonly line: number;
  readonly text: string;
}

/** A row of a table. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

interface BlockBase {
  readonly line: number;
  /** The bold label or small heading above it: 'Symptoms', 'Resolution'. */
  readonly part: string;
  /** Code spans inside it. */
  readonly spans: readonly Placed[];
  /** Links inside it: `text` is the label. */
  readonly links: readonly (Placed & { readonly url: string })[];
}

export interface CodeBlock extends BlockBase {
  readonly is: 'code';
  readonly lang: string;
  readonly text: string;
  /** Line of the first line of `text`. */
  readonly firstLine: number;
  /** The list item that holds it. */
  readonly item?: ListItem;
}

export interface ListItem extends BlockBase {
  readonly is: 'item';
  readonly text: string;
  readonly ordered: boolean;
  /** The item has a check box. */
  readonly task: boolean;
  /** Number of its list in the document, for items that belong together. */
  readonly list: number;
  /** Nesting, 0 for a list of the section. */
  readonly depth: number;
}

export interface TableBlock extends BlockBase {
  readonly is: 'table';
  readonly header: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TextBlock extends BlockBase {
  readonly is: 'text';
  readonly text: string;
}

/** A piece of a section, in the order of the document. */
export type Block = CodeBlock | ListItem | TableBlock | TextBlock;

/** A heading with its content, up to the next heading. */
export interface Section {
  readonly title: string;
  readonly line: number;
  readonly depth: number;
  /** Titles of the sections around it, outermost first. */
  readonly path: readonly string[];
  readonly blocks: readonly Block[];
}

/** A parsed Markdown file. Without headings it has one section with an empty title. */
export interface MarkdownDocument {
  readonly sections: readonly Section[];
  /** Number of headings. */
  readonly headings: number;
}

/** Names of the parts of a procedure, which are no procedures of their own. */
const partName =
  /^(?:symptoms?|signs|impact|meaning|(?:diagnos(?:is|tics?)|investigation|resolution|troubleshooting)(?: (?:steps?|commands?))?|solutions?|mitigation|remediation|prevention|immediate actions?|(?:root |common )?causes?(?: (?:and|&) solutions?)?|follow-?ups?(?: actions?)?|checks?|fix(?:es)?|actions?|steps?)$/i;

/** Returns whether a heading names a part of the procedure above it. */
export const isPartName = (title: string): boolean => partName.test(title);

/** The role of a part in a procedure. */
export type PartRole = 'symptoms' | 'diagnose' | 'act' | 'notes' | 'none';

const roles: readonly (readonly [PartRole, RegExp])[] = [
  ['symptoms', /^(?:symptoms?|signs)\b/i],
  ['diagnose', /^(?:diagnos|investigat|triage|checks?\b)/i],
  ['notes', /^(?:meaning|prevent|follow-?up|impact|root cause|causes?$|note)/i],
  ['act', /^(?:resol|solution|mitigat|remed|immediate|action|fix|steps?\b|common causes|recover|procedure)/i],
];

/** Returns the role of the part that a block stands in. */
export const roleOfPart = (part: string): PartRole =>
  roles.find(([, named]) => named.test(part))?.[0] ?? 'none';

/** Removes emoji, numbering and marks at the start of a heading, and a colon at its end. */
export const plainTitle = (text: string): string =>
  text
    .replace(/\p{Extended_Pictographic}|\u{FE0F}|\u{200D}/gu, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(
      /^(?:(?:incident|issue|problem|scenario|alert|step)\s*#?\d+\s*[:.–-]\s*|\d+(?:\.\d+)*[.)]\s+)/i,
      '',
    )
    .replace(/:$/, '')
    .trim();
