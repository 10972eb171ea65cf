import type { Block, ListItem, Section, TableBlock } from './document.ts';
import { slug } from './names.ts';

/** A way to reach a person or a team. */
export interface FoundContact {
  readonly line: number;
  readonly name: string;
  readonly reach: string;
  /** The text that names it. */
  readonly text: string;
}

export interface FoundLink {
  readonly line: number;
  readonly title: string;
  readonly url: string;
  /** The text that names it. */
  readonly text: string;
}

export interface FoundSeverity {
  readonly line: number;
  readonly id: string;
  readonly title: string;
  readonly respond: string;
  readonly escalate: string;
  readonly examples: readonly string[];
}

export interface FoundEscalation {
  readonly line: number;
  readonly title: string;
  readonly respond: string;
  readonly authority: string;
  readonly when: string;
}

const mail = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const phone = /(?<![\w.])\+\d[\dX\s().-]{6,18}[\dX]/gi;
const channel = /(?<![\w&/#])#[a-z][\w-]{2,}/gi;

/** The addresses in a text: mail, phone numbers, Slack channels. */
const reachesIn = (text: string): readonly string[] =>
  [mail, phone, channel].flatMap((form) => text.match(form) ?? []);

const cleanName = (text: string): string =>
  text
    .replaceAll(/[*_`|]/g, '')
    .replace(/^[\s\d.)-]+/, '')
    .replace(/[\s:(,–-]+$/, '')
    .trim();

const nameFor = (text: string, reach: string, fallback: string): string => {
  const before = cleanName(text.slice(0, text.indexOf(reach)));
  const label = cleanName(before.split(/[:–(]|\s-\s/)[0] ?? '');
  return label.length >= 2 && label.length <= 60 ? label : fallback;
};

/** Finds contacts in a block; `title`: a name where the text gives none. */
export const contactsOf = (block: Block, title: string): readonly FoundContact[] => {
  if (block.is === 'code') return [];
  if (block.is === 'table')
    return block.rows.flatMap(({ line, cells }) =>
      cells.flatMap((cell) =>
        reachesIn(cell).map((reach) => ({
          line,
          name: cleanName(cells[0] ?? '') || title,
          reach,
          text: cells.join(' | '),
        })),
      ),
    );
  const found = reachesIn(block.text).map((reach) => ({
    line: block.line,
    name: nameFor(block.text, reach, block.part || title),
    reach,
    text: block.text,
  }));
  const paged =
    /\bpagerduty\b/i.test(block.text) &&
    /^[^:]{2,40}:/.test(block.text) &&
    /on-?call|pag(?:e|ing)/i.test(block.text);
  return paged
    ? [
        ...found,
        {
          line: block.line,
          name: cleanName(block.text.split(':')[0] ?? ''),
          reach: 'PagerDuty',
          text: block.text,
        },
      ]
    : found;
};

const address = /\bhttps?:\/\/[^\s<>"'`)\]|]+/g;

/** Finds links in a block. Those of code blocks belong to commands. */
export const linksOf = (block: Block, title: string): readonly FoundLink[] => {
  if (block.is === 'code') return [];
  const whole = block.is === 'table' ? undefined : block.text;
  const named = block.links.flatMap(({ line, text, url }) =>
    /^https?:\/\//.test(url)
      ? [{ line, title: text === '' || text === url ? title : text, url, text: whole ?? text }]
      : [],
  );
  const known = new Set(named.map(({ url }) => url));
  const spans = block.spans.flatMap(({ text }) => text.match(address) ?? []);
  const rows = block.is === 'table' ? block.rows : [{ line: block.line, cells: [block.text] }];
  const plain = rows.flatMap(({ line, cells }) =>
    cells.flatMap((cell, i) =>
      (cell.match(address) ?? []).map((url) => {
        const column =
          block.is === 'table' && i > 0
            ? `${cells[0] ?? ''}: ${block.header[i] ?? ''}`
            : nameFor(cell, url, block.part || title);
        return { line, title: column, url: url.replace(/[.,;]$/, ''), text: cells.join(' | ') };
      }),
    ),
  );
  const inCode = spans.map((url) => ({ line: block.line, title, url, text: whole ?? url }));
  const fresh = [...plain, ...inCode].filter(({ url }) => !known.has(url) && known.add(url) !== undefined);
  return [...named, ...fresh];
};

const severityName = /^(p[0-5]|sev(?:erity)?[-_ ]?[0-5]|s[0-5])\b\s*[-–:(]?\s*(.*)$/i;

/** Parses 'P1 - High (Response: < 30 minutes)'. */
const severityOf = (text: string, line: number): FoundSeverity | undefined => {
  const [, id = '', rest = ''] = severityName.exec(text.trim()) ?? [];
  if (id === '') return undefined;
  const [, title = rest, note = ''] = /^([^(]*)\(([^)]*)\)/.exec(rest) ?? [];
  const isTime = /response|\d+\s*(?:m|h|d|min|hour|day)|immediate|next business/i.test(note);
  const respond = isTime ? note.replace(/^response(?: time)?:\s*/i, '').replace(/\s*response$/i, '') : '';
  const named = isTime || note === '' ? title : `${title.trim()} (${note})`;
  return {
    line,
    id: id.toUpperCase().replaceAll(/\s/g, '-'),
    title: cleanName(named),
    respond,
    escalate: '',
    examples: [],
  };
};

const labeled = (text: string, name: RegExp): string =>
  name.exec(text) === null ? '' : text.slice(text.indexOf(':') + 1).trim();

const withDetail = (severity: FoundSeverity, text: string): FoundSeverity => {
  const respond = labeled(text, /^respon[sd]\w*(?: time)?\s*:/i);
  const escalate = labeled(text, /^escalat\w*\s*:/i);
  const examples = labeled(text, /^examples?\s*:/i);
  if (respond !== '') return { ...severity, respond };
  if (escalate !== '') return { ...severity, escalate };
  const more = examples === '' ? [text] : examples.split(/,\s+(?![^(]*\))/);
  return { ...severity, examples: [...severity.examples, ...more] };
};

/** The severities of a document: the first one of each name, and the blocks that describe them. */
class SeverityList {
  readonly used = new Set<Block>();
  readonly #found = new Map<string, FoundSeverity>();

  get severities(): readonly FoundSeverity[] {
    return [...this.#found.values()];
  }

  add(severity: FoundSeverity): void {
    if (!this.#found.has(severity.id)) this.#found.set(severity.id, severity);
  }

  addTable(table: TableBlock): void {
    if (!/^severity|^priority|^level/i.test(table.header[0] ?? '')) return;
    const rows = severityTable(table);
    if (rows.length === 0) return;
    for (const row of rows) this.add(row);
    this.used.add(table);
  }

  /** Adds a severity with what a block below its name says about it. */
  addDetail(severity: FoundSeverity, block: Block): void {
    if (block.is !== 'item' && block.is !== 'text') return;
    const known = this.#found.get(severity.id) ?? severity;
    this.#found.set(severity.id, withDetail(known, block.text));
    this.used.add(block);
  }
}

/** Finds severities in headings, bold labels and tables, and the blocks that describe them. */
export const severitiesOf = (
  sections: readonly Section[],
): { readonly severities: readonly FoundSeverity[]; readonly used: ReadonlySet<Block> } => {
  const list = new SeverityList();
  for (const { title, line, path, blocks } of sections) {
    // 'SEV-1: database down' elsewhere is the title of a procedure.
    const isAbout = [title, ...path].some((text) => /severit|priorit|classification/i.test(text));
    const own = isAbout ? severityOf(title, line) : undefined;
    if (own !== undefined) list.add(own);
    for (const block of blocks) {
      if (block.is === 'table') list.addTable(block);
      const current = (isAbout ? severityOf(block.part, block.line) : undefined) ?? own;
      if (current !== undefined) list.addDetail(current, block);
    }
  }
  return { severities: list.severities, used: list.used };
};

const severityTable = ({ header, rows }: TableBlock): readonly FoundSeverity[] =>
  rows.flatMap(({ line, cells }) => {
    const severity = severityOf(cells[0] ?? '', line);
    if (severity === undefined) return [];
    const cellUnder = (name: RegExp): string =>
      cells[header.findIndex((title, i) => i > 0 && name.test(title))] ?? '';
    const example = cellUnder(/example|description|definition/i);
    return [
      {
        ...severity,
        title: severity.title || severity.id,
        respond: cellUnder(/respon/i),
        escalate: cellUnder(/escalat/i),
        examples: example === '' ? [] : [example],
      },
    ];
  });

const isEscalation = (title: string): boolean => /escalation/i.test(title);

const detailed = (level: FoundEscalation, text: string): FoundEscalation => ({
  ...level,
  respond: labeled(text, /^respon[sd]\w*(?: time)?\s*:/i) || level.respond,
  authority: labeled(text, /^authority\s*:/i) || level.authority,
  when: labeled(text, /^(?:escalate when|when|escalate)\s*:/i) || level.when,
});

const emptyLevel = (line: number, title: string): FoundEscalation => ({
  line,
  title,
  respond: '',
  authority: '',
  when: '',
});

/** Finds the escalation path: numbered lists below 'Escalation', and headings such as 'Level 2: …' inside it. */
export const escalationOf = (
  sections: readonly Section[],
): { readonly levels: readonly FoundEscalation[]; readonly used: ReadonlySet<Block> } => {
  const levels: FoundEscalation[] = [];
  const used = new Set<Block>();
  for (const { title, line, path, blocks } of sections) {
    const isLevel = /^(?:level|tier|l)\s*\d/i.test(title) && path.some(isEscalation);
    if (isLevel)
      levels.push(
        emptyLevel(line, cleanName(title.replace(/^(?:level|tier|l)\s*\d+\s*[:–-]?\s*/i, '')) || title),
      );
    for (const block of blocks) {
      if (block.is !== 'item') continue;
      const last = levels.at(-1);
      if (isLevel && last !== undefined) levels[levels.length - 1] = detailed(last, block.text);
      else if (isStep(block, title))
        levels.push(
          emptyLevel(block.line, cleanName(block.text.replace(/^(?:level|tier|l)\s*\d+\s*[:–-]?\s*/i, ''))),
        );
      else continue;
      used.add(block);
    }
  }
  return { levels, used };
};

const isStep = (block: ListItem, title: string): boolean =>
  block.depth === 0 &&
  !block.task &&
  ((isEscalation(block.part) && block.ordered) ||
    (block.part === '' && isEscalation(title) && (block.ordered || /^l\d\b/i.test(block.text))) ||
    (block.part === '' && /^on-?call rotation/i.test(title) && block.ordered));

/** A checklist of the document. */
export interface FoundChecklist {
  readonly line: number;
  readonly title: string;
  readonly items: readonly ListItem[];
}

const listTitle = (section: Section, part: string): string => {
  const parents = section.path.at(-1);
  if (part !== '' && /checklist|task|daily|weekly|monthly/i.test(`${part} ${section.title}`))
    return section.title === '' ? part : `${section.title}: ${part}`;
  return section.title === ''
    ? part || 'Checklist'
    : /checklist|tasks?$/i.test(section.title) || parents === undefined
      ? section.title
      : `${parents}: ${section.title}`;
};

/** Finds the lists with check boxes. */
export const checklistsOf = (
  sections: readonly Section[],
): { readonly checklists: readonly FoundChecklist[]; readonly used: ReadonlySet<Block> } => {
  const used = new Set<Block>();
  const checklists = sections.flatMap((section) => {
    const items = section.blocks.filter((block) => block.is === 'item').filter(({ task }) => task);
    for (const item of items) used.add(item);
    const byList = Map.groupBy(items, ({ list, part }) => `${list} ${part}`);
    return [...byList.values()].flatMap((own) => {
      const [first] = own;
      return first === undefined
        ? []
        : [{ line: first.line, title: listTitle(section, first.part), items: own }];
    });
  });
  return { checklists, used };
};

/** An id for an entry of a list of the profile. */
export const entryId = (title: string): string => slug(title, 'entry');
