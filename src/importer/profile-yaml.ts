import { stripControls } from '../domain/text/controls.ts';
import { cutText } from '../domain/text/cut-text.ts';
import { isChanging } from '../runs/policy/danger.ts';
import { anyLower, anyValue } from './condition-limits.ts';
import type { Placed } from './document.ts';
import type { DraftedProfile, DraftRunbook, DraftStep } from './draft.ts';
import { slug, uniqueNames } from './names.ts';
import { entryId, type FoundEscalation } from './response.ts';
import { withSecretMarks } from './secrets.ts';
import { variablesOf } from './thresholds.ts';
import { comment, escapeReferences, quotedScalar } from './yaml-text.ts';

/** A file of the drafted profile, by its name in the directory of the system. */
export interface DraftFile {
  readonly name: string;
  readonly text: string;
}

/** A text of the document as data: `${…}` is no reference of the profile, secrets are names of variables. */
const literal = (text: string): string =>
  withSecretMarks(
    // A shell reads `$each` as it reads `${each}`, which a run would bind.
    escapeReferences(stripControls(text).replaceAll(/\$\{(param\.[\w-]+|each|before)\}/g, '$$$1')),
    (variable) => `$\${env:${variable}}`,
  );

const scalar = (text: string): string => quotedScalar(literal(text));

/** A longer text: a block when it has several lines. */
const longText = (text: string, indent: number): string => {
  const lines = literal(text)
    .split('\n')
    .map((line) => line.trimEnd().replaceAll('\t', '    '));
  if (lines.length === 1) return quotedScalar(lines[0] ?? '');
  return ['|2-', ...lines.map((line) => (line === '' ? '' : `${' '.repeat(indent)}  ${line}`))].join('\n');
};

/** Parameters of an operation. Texts of the document stay literal; a secret becomes a reference. */
const params = (value: unknown): string => {
  if (typeof value === 'string') {
    return quotedScalar(withSecretMarks(escapeReferences(value), (variable) => `\${env:${variable}}`));
  }
  if (Array.isArray(value)) return `[${value.map(params).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, element]) => `${quotedScalar(key)}: ${params(element)}`)
      .join(', ')} }`;
  return JSON.stringify(value);
};

/** A comment with its origin; further lines are indented. */
const remark = (file: string, { line, text }: Placed, indent = ''): readonly string[] => {
  const plain = withSecretMarks(stripControls(text), (variable) => `<${variable}>`);
  const lines = plain
    .split(/\r\n|[\n\r\u{2028}\u{2029}\u{85}]/u)
    .map((part) => part.trimEnd().replaceAll('\t', '  '));
  return lines.map(
    (part, i) =>
      `${indent}# ${i === 0 ? `${file}:${line}` : ' '.repeat(`${file}:${line}`.length)}${part === '' ? '' : ` ${part}`}`,
  );
};

class YamlFile {
  private readonly lines: string[] = [];
  private readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  add(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  /** Begins a section, when it has entries. */
  section<T>(name: string, entries: readonly T[], write: (entry: T) => void): void {
    if (entries.length === 0) return;
    this.add('', `${name}:`);
    for (const entry of entries) write(entry);
  }

  from(place: Placed, indent = '  '): void {
    this.add(...remark(this.file, place, indent));
  }

  /** Text that became no entry, as comments. */
  kept(title: string, texts: readonly Placed[]): void {
    if (texts.length === 0) return;
    this.add('', `# ${title}`);
    for (const text of texts) this.from(text, '');
  }

  text(): string {
    return `${this.lines.join('\n').replace(/^\n+/, '')}\n`;
  }
}

const origin = (draft: DraftedProfile, what: string): string =>
  comment(`${what} Drafted from ${draft.file}. The comments give the lines.`);

const head = (draft: DraftedProfile, what: string): readonly string[] => [
  origin(draft, what),
  'opsdeck: 1',
  `system: ${draft.system}`,
];

const environment = (draft: DraftedProfile): string =>
  [
    '# The strictest tier until a person has reviewed the draft.',
    'opsdeck: 1',
    `system: ${draft.system}`,
    'env: production',
    `title: ${scalar(`${draft.system} production (draft)`)}`,
    'tier: production',
    'color: red',
    'extends: base.yaml',
    'guard: { readOnly: true }',
    '',
  ].join('\n');

const base = (draft: DraftedProfile): string => {
  const yaml = new YamlFile(draft.file);
  const unique = uniqueNames();
  const signals = draft.thresholds.filter(({ query }) => query !== undefined);
  const limits = draft.thresholds.filter(({ query }) => query === undefined);
  yaml.add(...head(draft, 'Sources, signals and limits.'), 'extends: response.yaml');
  const isEmpty = draft.sources.length + draft.thresholds.length === 0;
  if (!isEmpty) yaml.add('', 'vars:');
  for (const { variable, found, type } of draft.sources)
    yaml.add(
      `  ${comment(`Needed to read and act: ${type}${found === undefined ? '' : `, the document mentions ${found}`}.`)}`,
      `  ${unique(variable)}: null`,
    );
  if (signals.length > 0)
    yaml.add('  # Set the address of Prometheus to read the signals.', `  ${unique('prometheus-url')}: null`);
  for (const threshold of limits) {
    yaml.from({
      line: threshold.line,
      text: `${threshold.text ?? threshold.title}: the runbook names no metric`,
    });
    for (const [name, text] of variablesOf(threshold)) yaml.add(`  ${unique(name)}: ${scalar(text)}`);
  }
  const prometheus =
    signals.length > 0
      ? [{ id: 'prometheus', type: 'prometheus', key: 'url', variable: 'prometheus-url' }]
      : [];
  yaml.section('sources', [...draft.sources, ...prometheus], (source) => {
    const value = `"\${${source.variable}}"`;
    const isList = 'isList' in source;
    yaml.add(`  ${source.id}: { type: ${source.type}, ${source.key}: ${isList ? `[${value}]` : value} }`);
  });
  const ids = uniqueNames();
  yaml.section(
    'signals',
    signals,
    ({ line, title, query = '', rules = {}, unit, warn, crit, noData, for: wait, written }) => {
      yaml.from({
        line,
        text: Object.entries(written)
          .filter(([, text]) => text !== '')
          .map(([name, text]) => `${name}: ${text}`)
          .join('; '),
      });
      if (unit === '%')
        yaml.add('  # Check the unit: the limit is in percent, and the query may give a share from 0 to 1.');
      if (noData !== undefined) yaml.add(noDataComment(warn ?? crit));
      const states = Object.entries(rules).map(([level, name]) => `${level}: ${scalar(name)}`);
      const read = [
        `query: ${scalar(query)}`,
        ...(states.length === 0 ? [] : [`rules: { ${states.join(', ')} }`]),
      ];
      const limit = { unit, warn, crit, noData, for: wait };
      const more = Object.entries(limit).flatMap(([key, text]) =>
        text === undefined ? [] : [`${key}: ${scalar(text)}`],
      );
      yaml.add(
        `  - { ${[`id: ${ids(slug(title, 'signal'))}`, `title: ${scalar(title)}`, 'source: prometheus', `read: { ${read.join(', ')} }`, ...more].join(', ')} }`,
      );
    },
  );
  if (draft.runbooks.length > 0) yaml.add('', 'runbooks:', '  - include: runbooks.yaml');
  return yaml.text();
};

const noDataComment = (bound: string | undefined): string => {
  if (bound === anyLower) return '  # The rule fires all the time by design: it is a problem when it stops.';
  return bound === anyValue
    ? '  # The condition is true as long as the query returns a series, whatever the value.'
    : '  # The query returns no series while all is well.';
};

const callText = ({ call }: DraftStep, section: 'diagnose' | 'act'): readonly string[] => {
  if (call === undefined) return [];
  const given = Object.keys(call.with).length === 0 ? [] : [`with: ${params(call.with)}`];
  const needsDanger = section === 'act' ? call.needsDanger || isChanging(call.danger) : call.needsDanger;
  return [
    `use: ${call.source.id}.${call.name}`,
    ...given,
    ...(needsDanger ? [`danger: ${call.danger}`] : []),
  ];
};

const longestCommand = 200;

/** A manual step of a diagnosis has no notes: its title shows the command. */
const shownTitle = ({ title, command, call }: DraftStep, section: 'diagnose' | 'act'): string => {
  if (section === 'act' || command === undefined || call !== undefined) return title;
  const raw = command.raw.replaceAll(/\s+/g, ' ');
  const shown = cutText(raw, longestCommand);
  return title === raw || raw.startsWith(title.replace(/…$/, '')) ? shown : `${title}: ${shown}`;
};

/** A step: what it does, where it comes from, and its command as written. */
const step = (yaml: YamlFile, draftStep: DraftStep, id: string, section: 'diagnose' | 'act'): void => {
  const { line, title, command, call } = draftStep;
  yaml.from({ line, text: command === undefined ? title : `$ ${command.raw}` }, '      ');
  if (call !== undefined && call.dropped !== '')
    yaml.from({ line, text: `the operation shows all of the output, without: ${call.dropped}` }, '      ');
  if (command?.class.isKnown === false)
    yaml.from(
      { line, text: 'opsdeck does not know this command, which counts as destructive until reviewed' },
      '      ',
    );
  yaml.add(`      - id: ${id}`, `        title: ${scalar(shownTitle(draftStep, section))}`);
  for (const entry of call === undefined ? ['manual: true'] : callText(draftStep, section))
    yaml.add(`        ${entry}`);
  if (section === 'act' && command !== undefined) {
    if (call === undefined) yaml.add(`        danger: ${draftStep.danger}`);
    yaml.add(`        notes: ${longText(command.raw, 8)}`);
  }
  yaml.add('        reviewed: false');
};

const runbook = (yaml: YamlFile, { id, title, line, symptoms, diagnose, act, notes }: DraftRunbook): void => {
  yaml.from({ line, text: title });
  yaml.add(`  - id: ${id}`, `    title: ${scalar(title)}`, '    reviewed: false');
  if (symptoms.length > 0)
    yaml.add(`    symptoms: [${symptoms.map((text) => JSON.stringify(literal(text))).join(', ')}]`);
  if (notes.length > 0) yaml.add(`    notes: ${longText(notes.map(({ text }) => text).join('\n'), 4)}`);
  for (const [section, steps] of [
    ['diagnose', diagnose],
    ['act', act],
  ] as const) {
    if (steps.length > 0) yaml.add(`    ${section}:`);
    for (const [i, draftStep] of steps.entries())
      step(yaml, draftStep, `${section === 'act' ? 'a' : 'd'}${i + 1}`, section);
  }
};

const procedures = (draft: DraftedProfile): string => {
  const yaml = new YamlFile(draft.file);
  yaml.add(origin(draft, 'Procedures: none can run before a person has removed `reviewed: false`.'));
  yaml.section('runbooks', draft.runbooks, (draftRunbook) => runbook(yaml, draftRunbook));
  return yaml.text();
};

const escalationEntry = ({ title, respond, authority, when }: FoundEscalation, id: string): string => {
  const more = Object.entries({ respond, authority, when })
    .filter(([, text]) => text !== '')
    .map(([key, text]) => `${key}: ${scalar(text)}`);
  return `  - { ${[`id: ${id}`, `title: ${scalar(title)}`, ...more].join(', ')} }`;
};

const response = (draft: DraftedProfile): string => {
  const yaml = new YamlFile(draft.file);
  yaml.add(...head(draft, 'Contacts, links, severities, escalation and checklists.'));
  const contacts = uniqueNames();
  const links = uniqueNames();
  const levels = uniqueNames();
  const severities = uniqueNames();
  yaml.section('contacts', draft.contacts, ({ line, name, reach, text }) => {
    yaml.from({ line, text });
    yaml.add(`  - { id: ${contacts(entryId(name))}, name: ${scalar(name)}, reach: ${scalar(reach)} }`);
  });
  yaml.section('escalation', draft.escalation, (level) => {
    yaml.from({ line: level.line, text: level.title });
    yaml.add(escalationEntry(level, levels(entryId(level.title))));
  });
  yaml.section('severities', draft.severities, ({ line, id, title, respond, escalate, examples }) => {
    const rank = Math.min(4, Math.max(1, draft.severities.findIndex((severity) => severity.id === id) + 1));
    yaml.from({ line, text: title });
    const entry = [
      `id: ${severities(id)}`,
      `title: ${scalar(title === '' ? id : title)}`,
      `rank: ${rank}`,
      `respond: ${scalar(respond)}`,
      `escalate: ${scalar(escalate)}`,
      `examples: [${examples.map(scalar).join(', ')}]`,
    ];
    yaml.add(`  - { ${entry.join(', ')} }`);
  });
  yaml.section('links', draft.links, ({ line, title, url, text }) => {
    yaml.from({ line, text });
    yaml.add(`  - { id: ${links(entryId(title))}, title: ${scalar(title)}, url: ${scalar(url)} }`);
  });
  yaml.section('checklists', draft.checklists, ({ line, id, title, items }) => {
    yaml.from({ line, text: title });
    yaml.add(`  - id: ${id}`, `    title: ${scalar(title)}`, '    items:');
    const ids = uniqueNames();
    for (const item of items) {
      yaml.from({ line: item.line, text: item.text }, '      ');
      yaml.add(
        `      - { id: ${ids(slug(item.text, 'item'))}, title: ${scalar(item.text === '' ? 'Empty item' : item.text)}, mode: human }`,
      );
    }
  });
  yaml.kept('Text that belongs to no procedure:', draft.remarks);
  yaml.kept('Not understood:', draft.notUnderstood);
  return yaml.text();
};

/** Writes a draft as the files of a profile. The runbooks are drafts that the executor refuses. */
export const profileFiles = (draft: DraftedProfile): readonly DraftFile[] => [
  { name: 'production.yaml', text: environment(draft) },
  { name: 'base.yaml', text: base(draft) },
  ...(draft.runbooks.length === 0 ? [] : [{ name: 'runbooks.yaml', text: procedures(draft) }]),
  { name: 'response.yaml', text: response(draft) },
];
