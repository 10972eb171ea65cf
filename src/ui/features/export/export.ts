import type { FactKind } from '../../../domain/facts/facts.ts';
import type { Level } from '../../../domain/facts/level.ts';
import { maskTree } from '../../../domain/mask/mask-tree.ts';
import { escapeControls } from '../../../domain/text/controls.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import type { IsoFormatter } from '../../../kinds/define/fields.ts';
import { checkRow, checkSignal, isoFormatter } from '../../../kinds/registry/check-rows.ts';
import { type Cursor, cursorAt, cursorIndexIn } from '../../kit/components/cursor.ts';
import { screenToSvg } from '../../kit/picture/svg.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { markedKeys, paneState } from '../../shell/contract/model.ts';
import { noOverlay } from '../../shell/contract/overlay.ts';
import type { Binding, KeyContext, Pane } from '../../shell/contract/pane.ts';
import type { PaneRow, RowSubject } from '../../shell/contract/pane-row.ts';
import { type RenderContext, wallNow } from '../../shell/contract/render-context.ts';
import { maskForExport } from '../../shell/output/clipboard.ts';
import { documentKeys, type NamedText } from '../../shell/output/documents.ts';
import { exportHeader, maskedTable, plainTableLines, toCsv } from '../../shell/output/table-text.ts';

/** A subject's facts in the format of `check --json`. */
const factOf = (subject: RowSubject, level: Level, now: number, iso: IsoFormatter): object =>
  subject.kind === 'signal'
    ? checkSignal(subject.signal, now, iso)
    : checkRow<FactKind>(subject.kind, { fact: subject.fact, level }, iso);

const factsOf = (row: PaneRow): readonly RowSubject[] =>
  row.facts?.() ?? (row.subject === undefined ? [] : [row.subject]);

declare module '../../shell/contract/overlay.ts' {
  interface OverlayKinds {
    /** The export formats of the focused pane. */
    readonly export: { readonly is: 'export'; readonly cursor: Cursor };
  }
}

/** Rows of a pane with their facts as JSON. Times are ISO 8601, 64-bit numbers are strings, unknown is null. */
const jsonOf = (view: RenderContext, pane: Pane, rows: readonly PaneRow[]): string => {
  const { open } = view.cockpit;
  const iso = isoFormatter(view.wallOffset);
  const { filter } = paneState(view.ui, pane.id);
  const document = {
    opsdeck: 1,
    pane: pane.id,
    system: open?.system ?? null,
    env: open?.env ?? null,
    at: iso(view.now),
    filter: filter === '' ? null : view.pen.maskTyped(filter),
    rows: rows.map((row) => ({
      label: row.label,
      level: row.level,
      kind: row.subject?.kind ?? null,
      facts: factsOf(row).map((subject) => factOf(subject, row.level, view.now, iso)),
    })),
  };
  const masked = maskTree(document, (text, field) => maskForExport(view, text, field));
  const written = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  return `${escapeControls(JSON.stringify(masked, written, 2))}\n`;
};

type ExportFormat = 'text' | 'csv' | 'json' | 'svg';

export const exportFormats: readonly { readonly form: ExportFormat; readonly says: string }[] = [
  { form: 'text', says: 'rows as a plain-text table' },
  { form: 'csv', says: 'rows as CSV for a spreadsheet' },
  { form: 'json', says: 'rows with their facts' },
  { form: 'svg', says: 'image of the pane' },
];

const extensions: Readonly<Record<ExportFormat, string>> = {
  text: 'txt',
  csv: 'csv',
  json: 'json',
  svg: 'svg',
};

/** The rows, each once, with those that are folded into one of them instead of it. */
export const unfoldRows = (view: RenderContext, pane: Pane, rows: readonly PaneRow[]): readonly PaneRow[] => {
  if (rows.every(({ foldedKeys }) => foldedKeys === undefined)) return rows;
  const every = new Map(pane.everyRow(view).map((row) => [row.key, row]));
  const each = rows.flatMap((row) => row.foldedKeys?.flatMap((key) => every.get(key) ?? []) ?? [row]);
  return [...new Map(each.map((row) => [row.key, row])).values()];
};

/** The marked rows, or all filtered rows if none is marked. */
export const selectedRows = ({ view, pane }: KeyContext): readonly PaneRow[] => {
  const marks = markedKeys(view.ui, pane.id);
  return marks.size === 0
    ? unfoldRows(view, pane, pane.rows(view))
    : pane.everyRow(view).filter(({ key }) => marks.has(key));
};

/** 'opsdeck-production-breakers-20260304T101507Z.csv': environment, pane and time of the data. */
const nameOf = ({ view, pane }: KeyContext, origin: string, form: ExportFormat): string => {
  const stamp = (/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(origin)?.[0] ?? '').replaceAll(/[-:]/g, '');
  const env = maskForExport(view, view.cockpit.open?.env ?? 'none');
  return `opsdeck-${env}-${pane.id}-${stamp}Z.${extensions[form]}`.replaceAll(/[^\w.-]/g, '_');
};

/** The pane as shown now, with a title line. */
const drawnLines = ({ view, pane }: KeyContext, origin: string): readonly StyledLine[] => {
  const height = Math.max(2, view.rows - 4);
  const drawn = pane.render(view, { width: view.columns, height, form: 'full', focused: true });
  return [[view.pen.run(` ${origin}`, 'faint')], ...drawn.lines];
};

/** Exports the pane in a format; returns file name and text. */
export const exportPane = (
  context: KeyContext,
  form: ExportFormat,
): { readonly name: string; readonly text: string } => {
  const { view, pane, theme } = context;
  const rows = selectedRows(context);
  const origin = exportHeader(view, pane);
  const texts: Readonly<Record<ExportFormat, () => string>> = {
    text: () => `${[origin, '', ...plainTableLines(view, pane, rows)].join('\n')}\n`,
    csv: () => toCsv(maskedTable(view, pane.table(view, rows))),
    json: () => jsonOf(view, pane, rows),
    svg: () => screenToSvg(origin, drawnLines(context, origin), view.columns, theme),
  };
  return { name: nameOf(context, origin, form), text: texts[form]() };
};

const forms: readonly string[] = exportFormats.map(({ form }) => form);

const move = (step: number) => (context: KeyContext) => {
  const { overlay } = context.view.ui;
  if (overlay.is !== 'export') return;
  const cursor = cursorAt(forms, cursorIndexIn(forms, overlay.cursor) + step);
  context.model.setState({ overlay: { ...overlay, cursor } });
};

const write = (context: KeyContext) => {
  const { overlay } = context.view.ui;
  if (overlay.is !== 'export') return;
  const chosen = exportFormats[cursorIndexIn(forms, overlay.cursor)];
  if (chosen === undefined) return;
  context.model.setState({ overlay: noOverlay });
  const { name, text } = exportPane(context, chosen.form);
  context.commands.save(name, text);
};

/** The export in the selected format. */
const chosenText = (context: KeyContext): NamedText | undefined => {
  const { overlay } = context.view.ui;
  const chosen = overlay.is === 'export' ? exportFormats[cursorIndexIn(forms, overlay.cursor)] : undefined;
  return chosen === undefined ? undefined : exportPane(context, chosen.form);
};

/** Keeps an image of the pane with the open incident. */
const incidentCaptureKey: Binding = {
  id: 'export.incident',
  keys: ['i'],
  description: 'keep an image of the pane with the open incident',
  footer: 'incident',
  whyNot: (context) => context.view.features.services.incident?.blockedReason(context),
  run: (context) => {
    const incident = context.view.features.services.incident?.openOne(context);
    if (incident === undefined) return;
    const { name, text } = exportPane(context, 'svg');
    const time = formatClockTime(wallNow(context.view));
    context.commands.captureForIncident(incident.id, name, text, `${context.pane.title} at ${time}`);
    context.model.setState({ overlay: noOverlay });
  },
};

/** Keys of the export dialog. */
export const exportListKeys: readonly Binding[] = [
  { id: 'export.write', keys: ['enter'], description: 'write a new file', footer: 'write', run: write },
  ...documentKeys('export', chosenText),
  incidentCaptureKey,
  { id: 'export.down', keys: ['j', 'down'], description: 'move down', run: move(1) },
  { id: 'export.up', keys: ['k', 'up'], description: 'move up', run: move(-1) },
  {
    id: 'export.close',
    keys: ['esc'],
    description: 'close the list',
    footer: 'close',
    run: ({ model }) => model.setState({ overlay: noOverlay }),
  },
];
