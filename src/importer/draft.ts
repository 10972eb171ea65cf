import { defined } from '../domain/base/defined.ts';
import type { Danger } from '../domain/runbooks/operation.ts';
import { cutText } from '../domain/text/cut-text.ts';
import { isChanging } from '../runs/policy/danger.ts';
import type { SourceModule } from '../sources/kit/contract/source.ts';
import { commandsOf, type FoundCommand, spanCommands } from './commands.ts';
import {
  type Block,
  type CodeBlock,
  type ListItem,
  type MarkdownDocument,
  type Placed,
  roleOfPart,
  type Section,
} from './document.ts';
import type { DraftedSource } from './drafted-operation.ts';
import { slug, uniqueNames } from './names.ts';
import { type DraftedCall, draftCall } from './operations.ts';
import {
  checklistsOf,
  contactsOf,
  escalationOf,
  type FoundChecklist,
  type FoundContact,
  type FoundEscalation,
  type FoundLink,
  type FoundSeverity,
  linksOf,
  severitiesOf,
} from './response.ts';
import type { LeftOutSecret } from './secrets.ts';
import { type FoundThreshold, thresholdsOf } from './thresholds.ts';

/** A step of a drafted runbook. */
export interface DraftStep {
  readonly line: number;
  readonly title: string;
  readonly danger: Danger;
  /** The command as written; absent for a step in words. */
  readonly command?: FoundCommand;
  /** Absent for a manual step. */
  readonly call?: DraftedCall;
  /** It belongs to 'Diagnosis', 'Investigation' or the like. */
  readonly isDiagnosis: boolean;
}

export interface DraftRunbook {
  readonly id: string;
  readonly title: string;
  readonly line: number;
  readonly symptoms: readonly string[];
  readonly diagnose: readonly DraftStep[];
  readonly act: readonly DraftStep[];
  readonly notes: readonly Placed[];
}

/** A checklist with the commands that belong to its items, by the line of the item. */
export type DraftChecklist = FoundChecklist & { readonly id: string };

/** Everything that was found in a document. */
export interface DraftedProfile {
  readonly system: string;
  /** Name of the document, without its directory. */
  readonly file: string;
  readonly sections: number;
  readonly runbooks: readonly DraftRunbook[];
  readonly commands: readonly FoundCommand[];
  readonly checklists: readonly DraftChecklist[];
  readonly thresholds: readonly FoundThreshold[];
  readonly contacts: readonly FoundContact[];
  readonly links: readonly FoundLink[];
  readonly severities: readonly FoundSeverity[];
  readonly escalation: readonly FoundEscalation[];
  readonly sources: readonly DraftedSource[];
  /** Texts outside every runbook: kept as comments. */
  readonly remarks: readonly Placed[];
  /** Blocks that hold no command, limit, contact or text: kept as comments. */
  readonly notUnderstood: readonly Placed[];
  readonly secrets: readonly LeftOutSecret[];
}

const longestTitle = 100;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const shortened = (text: string): string => cutText(oneLine(text), longestTitle);

/** '1. Stop the application:' as 'Stop the application'. */
const stepTitle = (text: string): string =>
  shortened(text.replace(/^(?:step\s*)?\d+[.):]\s+/i, '').replace(/:$/, ''));

const textOfBlock = (block: Block): readonly Placed[] => {
  if (block.is === 'table')
    return [{ line: block.line, cells: block.header }, ...block.rows].map(({ line, cells }) => ({
      line,
      text: cells.join(' | '),
    }));
  if (block.is !== 'code') return [{ line: block.line, text: block.text }];
  return block.text
    .split('\n')
    .flatMap((text, i) => (text.trim() === '' ? [] : [{ line: block.firstLine + i, text: text.trimEnd() }]));
};

/** Links to other places of the same document: a table of contents. */
const isContents = (block: Block): boolean =>
  block.is === 'item' && block.links.length > 0 && block.links.every(({ url }) => url.startsWith('#'));

interface Draws {
  readonly steps: DraftStep[];
  readonly symptoms: string[];
  readonly notes: Placed[];
  readonly loose: Block[];
}

/** Builds the runbook of one section, and returns what does not belong to it. */
class SectionReader {
  readonly draws: Draws = {
    steps: [],
    symptoms: [],
    notes: [],
    loose: [],
  };
  readonly commands: FoundCommand[] = [];
  readonly notUnderstood: Placed[] = [];
  private readonly modules: readonly SourceModule[];
  private readonly section: Section;
  private lastItem: ListItem | undefined;

  constructor(section: Section, modules: readonly SourceModule[]) {
    this.section = section;
    this.modules = modules;
  }

  private addCommand(command: FoundCommand, label: string, part: string): void {
    const call = draftCall(command, this.modules);
    this.commands.push(command);
    const named = [stepTitle(label), command.comment].filter((text) => text !== '').join(': ');
    this.draws.steps.push({
      line: command.line,
      title: stepTitle(named === '' ? command.raw : named),
      danger: call?.danger ?? command.class.danger,
      command,
      isDiagnosis: roleOfPart(part) === 'diagnose',
      ...defined({ call }),
    });
  }

  private addCode(block: CodeBlock): boolean {
    const { commands, others, remarks } = commandsOf(block);
    if (commands.length === 0) return false;
    const label = block.item === undefined || block.item.text === '' ? '' : block.item.text;
    if (block.item !== undefined && this.lastItem === block.item) this.takeItem(block.item);
    for (const [i, command] of commands.entries()) this.addCommand(command, i === 0 ? label : '', block.part);
    this.draws.notes.push(...remarks);
    this.notUnderstood.push(...others);
    return true;
  }

  /** An item whose command follows is no step of its own: it is the title of the command. */
  private takeItem(item: ListItem): void {
    const index = this.draws.steps.findIndex((step) => step.line === item.line && step.command === undefined);
    if (index >= 0) this.draws.steps.splice(index, 1);
    this.lastItem = undefined;
  }

  private addItem(block: ListItem): void {
    const role = roleOfPart(block.part);
    const inline = spanCommands(block);
    for (const command of inline) this.addCommand(command, block.text, block.part);
    if (inline.length > 0) return;
    if (role === 'symptoms') this.draws.symptoms.push(block.text);
    else if (block.ordered && block.depth === 0 && role !== 'notes') {
      this.draws.steps.push({
        line: block.line,
        title: stepTitle(block.text),
        danger: 'read',
        isDiagnosis: role === 'diagnose',
      });
      this.lastItem = block;
    } else this.draws.notes.push({ line: block.line, text: block.text });
  }

  read(block: Block): void {
    if (block.is === 'code') {
      if (!this.addCode(block)) this.draws.loose.push(block);
    } else if (block.is === 'item') this.addItem(block);
    else if (block.is === 'text') {
      for (const command of spanCommands(block)) this.addCommand(command, block.text, block.part);
      if (roleOfPart(block.part) === 'symptoms') this.draws.symptoms.push(block.text);
      else
        this.draws.notes.push({
          line: block.line,
          text: block.part === '' ? block.text : `${block.part}: ${block.text}`,
        });
    } else this.draws.loose.push(block);
  }

  /** The section as a runbook; undefined when it has nothing to do. */
  runbook(unique: (name: string) => string): DraftRunbook | undefined {
    const { steps, symptoms, notes } = this.draws;
    const isList = steps.every(({ command }) => command === undefined) && !isProcedure(this.section);
    if (isList) notes.push(...steps.map(({ line, title }) => ({ line, text: title })));
    if (isList || steps.length === 0) return undefined;
    // Reads before the first change inform the decision. Those after it check its result, in their order.
    const found = steps.findIndex(({ command, danger, isDiagnosis }) =>
      command === undefined ? !isDiagnosis : isChanging(danger),
    );
    const cut = found < 0 ? steps.length : found;
    const title = this.section.title === '' ? 'Commands' : this.section.title;
    return {
      id: unique(slug(title, 'runbook')),
      title,
      line: this.section.line,
      symptoms,
      diagnose: steps.slice(0, cut),
      act: steps.slice(cut).map(withoutFeed),
      notes,
    };
  }
}

/** A feed can be read in a diagnosis only: among the actions it is a manual step. */
const withoutFeed = ({ call, ...step }: DraftStep): DraftStep =>
  call === undefined || call.isFeed ? step : { ...step, call };

/** Numbered lists are steps where the section is about doing something. */
const isProcedure = ({ title }: Section): boolean =>
  !/architecture|overview|dependenc|component|contents|quer(?:y|ies)|metrics/i.test(title);

const distinctBy = <T>(items: readonly T[], key: (item: T) => string): readonly T[] =>
  [...new Map(items.map((item) => [key(item), item] as const).reverse()).values()].reverse();

/** Each source once, with all values that the document mentions for it. */
const mergedSources = (sources: readonly DraftedSource[]): readonly DraftedSource[] =>
  [...Map.groupBy(sources, ({ id }) => id).values()].flatMap((same) => {
    const found = [...new Set(same.flatMap((draftedSource) => draftedSource.found ?? []))].join(', ');
    const [first] = same;
    return first === undefined ? [] : [{ ...first, ...(found === '' ? {} : { found }) }];
  });

interface Findings {
  readonly commands: FoundCommand[];
  readonly thresholds: FoundThreshold[];
  readonly contacts: FoundContact[];
  readonly links: FoundLink[];
  readonly remarks: Placed[];
  readonly notUnderstood: Placed[];
}

const hasCommands = (block: Block): boolean =>
  block.is === 'code' ? commandsOf(block).commands.length > 0 : spanCommands(block).length > 0;

/** Contacts and links in a table or in a list without an order are the whole content of the block. */
const isDirectory = (block: Block): boolean =>
  (block.is === 'table' || (block.is === 'item' && !block.ordered)) && spanCommands(block).length === 0;

/**
 * Reads the blocks of a section: adds what is found to `all`, and the rest to its runbook. `checked` are the blocks of
 * checklists, `taken` all blocks that are of use as something else.
 */
const readSection = (
  reader: SectionReader,
  { blocks }: Section,
  title: string,
  { checked, taken }: { readonly checked: ReadonlySet<Block>; readonly taken: ReadonlySet<Block> },
  all: Findings,
): void => {
  for (const block of blocks) {
    const thresholds = checked.has(block)
      ? []
      : thresholdsOf(block, stepTitle(block.is === 'code' ? (block.item?.text ?? title) : title));
    const contacts = checked.has(block) ? [] : contactsOf(block, title);
    const links = linksOf(block, title);
    all.thresholds.push(...thresholds);
    all.contacts.push(...contacts);
    all.links.push(...links);
    const isTaken = taken.has(block) || isContents(block) || thresholds.length > 0;
    if (isTaken && !hasCommands(block)) continue;
    if (contacts.length + links.length > 0 && isDirectory(block)) continue;
    reader.read(block);
  }
};

/** Drafts a profile from a parsed document. Nothing is executed, read or fetched. */
export const draftProfile = (
  document: MarkdownDocument,
  {
    system,
    file,
    secrets,
    modules,
  }: {
    readonly system: string;
    readonly file: string;
    readonly secrets: readonly LeftOutSecret[];
    readonly modules: readonly SourceModule[];
  },
): DraftedProfile => {
  const { sections } = document;
  const unique = uniqueNames();
  const uniqueList = uniqueNames();
  const { severities, used: severe } = severitiesOf(sections);
  const { levels, used: escalated } = escalationOf(sections);
  const { checklists, used: checked } = checklistsOf(sections);
  const taken = new Set([...severe, ...escalated, ...checked]);
  const runbooks: DraftRunbook[] = [];
  const all: Findings = {
    commands: [],
    thresholds: [],
    contacts: [],
    links: [],
    remarks: [],
    notUnderstood: [],
  };
  for (const section of sections) {
    const reader = new SectionReader(section, modules);
    readSection(reader, section, section.title === '' ? file : section.title, { checked, taken }, all);
    const runbook = reader.runbook(unique);
    all.commands.push(...reader.commands);
    if (runbook === undefined)
      all.remarks.push(
        ...reader.draws.symptoms.map((text) => ({ line: section.line, text })),
        ...reader.draws.notes,
      );
    else runbooks.push(runbook);
    all.notUnderstood.push(...reader.notUnderstood, ...reader.draws.loose.flatMap(textOfBlock));
  }
  const calls = runbooks.flatMap(({ diagnose, act }) =>
    [...diagnose, ...act].flatMap(({ call }) => call ?? []),
  );
  return {
    system,
    file,
    sections: document.headings,
    runbooks,
    ...all,
    checklists: checklists.map((checklist) => ({
      ...checklist,
      id: uniqueList(slug(checklist.title, 'checklist')),
    })),
    contacts: distinctBy(all.contacts, ({ reach }) => reach.toLowerCase()),
    links: distinctBy(all.links, ({ url }) => url),
    severities,
    escalation: levels,
    sources: mergedSources(calls.map(({ source }) => source)),
    secrets,
  };
};

/** Turns the operations of some runbooks into manual steps: the commands stay as written. */
export const withManualSteps = (draft: DraftedProfile, ids: readonly string[]): DraftedProfile => {
  const manual = ({ call: _, ...step }: DraftStep): DraftStep => step;
  return {
    ...draft,
    runbooks: draft.runbooks.map((runbook) =>
      ids.includes(runbook.id)
        ? { ...runbook, diagnose: runbook.diagnose.map(manual), act: runbook.act.map(manual) }
        : runbook,
    ),
  };
};
