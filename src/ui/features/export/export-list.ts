import { escapeControls } from '../../../domain/controls.ts';
import type { FactKind } from '../../../domain/facts.ts';
import type { Level } from '../../../domain/level.ts';
import { maskTree } from '../../../domain/mask/mask-tree.ts';
import { checkRow, checkSignal, isoWith } from '../../../kinds/check-rows.ts';
import type { Iso } from '../../../kinds/fields.ts';
import { cursorOn, placeOf } from '../../cursor.ts';
import { marksOf, paneStateOf } from '../../model.ts';
import { noOverlay } from '../../overlays/overlay.ts';
import type { Binding, Hand, Pane } from '../../panes/pane.ts';
import type { PaneRow, Subject } from '../../panes/row.ts';
import type { Line } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { outgoing } from './clipboard.ts';
import { svgOf } from './svg.ts';
import { csvOf, originOf, tableLines } from './table-text.ts';

/** A subject with its facts as the rows of `check --json`. */
const factOf = (subject: Subject, level: Level, now: number, iso: Iso): object =>
  subject.kind === 'signal'
    ? checkSignal(subject.signal, now, iso)
    : checkRow<FactKind>(subject.kind, { fact: subject.fact, level }, iso);

const factsOf = (row: PaneRow): readonly Subject[] =>
  row.facts?.() ?? (row.subject === undefined ? [] : [row.subject]);

/** The rows of a pane with the facts they are made of. Times are ISO 8601, 64-bit numbers strings, unknown is null. */
const jsonOf = (view: View, pane: Pane, rows: readonly PaneRow[]): string => {
  const { open } = view.cockpit;
  const iso = isoWith(view.wallOffset);
  const { filter } = paneStateOf(view.ui, pane.id);
  const document = {
    opsdeck: 1,
    pane: pane.id,
    system: open?.system ?? null,
    env: open?.env ?? null,
    at: iso(view.now),
    filter: filter === '' ? null : view.pen.typed(filter),
    rows: rows.map((row) => ({
      label: row.label,
      level: row.level,
      kind: row.subject?.kind ?? null,
      facts: factsOf(row).map((subject) => factOf(subject, row.level, view.now, iso)),
    })),
  };
  const masked = maskTree(document, (text, field) => outgoing(view, text, field));
  const written = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  return `${escapeControls(JSON.stringify(masked, written, 2))}\n`;
};

/** What a pane can be written as. */
type ExportForm = 'text' | 'csv' | 'json' | 'svg';

export const exportForms: readonly { readonly form: ExportForm; readonly says: string }[] = [
  { form: 'text', says: 'the rows as a table of text' },
  { form: 'csv', says: 'the rows as a table for a spreadsheet' },
  { form: 'json', says: 'the rows with the facts they are made of' },
  { form: 'svg', says: 'a picture of the pane as it is drawn' },
];

const extensions: Readonly<Record<ExportForm, string>> = {
  text: 'txt',
  csv: 'csv',
  json: 'json',
  svg: 'svg',
};

/** The marked rows, wherever they stand; where none is marked, all that the filters leave. */
export const chosenRows = ({ view, pane }: Hand): readonly PaneRow[] => {
  const marks = marksOf(view.ui, pane.id);
  return marks.size === 0 ? pane.rows(view) : pane.every(view).filter(({ key }) => marks.has(key));
};

/** 'opsdeck-production-breakers-20260304T101507Z.csv': of the environment and the moment it shows. */
const nameOf = ({ view, pane }: Hand, origin: string, form: ExportForm): string => {
  const stamp = (/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(origin)?.[0] ?? '').replaceAll(/[-:]/g, '');
  const env = outgoing(view, view.cockpit.open?.env ?? 'none');
  return `opsdeck-${env}-${pane.id}-${stamp}Z.${extensions[form]}`.replaceAll(/[^\w.-]/g, '_');
};

/** The pane with its title, as it stands on the screen now. */
const drawnLines = ({ view, pane }: Hand, origin: string): readonly Line[] => {
  const height = Math.max(2, view.rows - 4);
  const drawn = pane.draw(view, { width: view.columns, height, form: 'full', focused: true });
  return [[view.pen.run(` ${origin}`, 'faint')], ...drawn.lines];
};

/** The pane in one of the forms, with the name of its file. */
const exported = (hand: Hand, form: ExportForm): { readonly name: string; readonly text: string } => {
  const { view, pane, theme } = hand;
  const rows = chosenRows(hand);
  const origin = originOf(view, pane);
  const texts: Readonly<Record<ExportForm, () => string>> = {
    text: () => `${[origin, '', ...tableLines(view, pane, rows)].join('\n')}\n`,
    csv: () => csvOf(pane.sheet(view, rows)),
    json: () => jsonOf(view, pane, rows),
    svg: () => svgOf(origin, drawnLines(hand, origin), view.columns, theme),
  };
  return { name: nameOf(hand, origin, form), text: texts[form]() };
};

const forms: readonly string[] = exportForms.map(({ form }) => form);

const move = (step: number) => (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'export') return;
  const cursor = cursorOn(forms, placeOf(forms, overlay.cursor) + step);
  hand.model.setState({ overlay: { ...overlay, cursor } });
};

const write = (hand: Hand) => {
  const { overlay } = hand.view.ui;
  if (overlay.is !== 'export') return;
  const chosen = exportForms[placeOf(forms, overlay.cursor)];
  if (chosen === undefined) return;
  hand.model.setState({ overlay: noOverlay });
  const { name, text } = exported(hand, chosen.form);
  hand.commands.save(name, text);
};

/** Keys of the card that asks as what a pane is written. */
export const exportKeys: readonly Binding[] = [
  { id: 'export.write', keys: ['enter'], does: 'write it to a new file', footer: 'write', run: write },
  { id: 'export.down', keys: ['j', 'down'], does: 'next', run: move(1) },
  { id: 'export.up', keys: ['k', 'up'], does: 'previous', run: move(-1) },
  {
    id: 'export.close',
    keys: ['esc'],
    does: 'close',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
];
