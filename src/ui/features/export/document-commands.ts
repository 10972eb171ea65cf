import { defined } from '../../../domain/base/defined.ts';
import type { Position } from '../../../domain/text/position.ts';
import type { PaletteItem } from '../../shell/contract/palette-item.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import {
  type NamedText,
  openDocument,
  openText,
  programBlockedReason,
  type UserProgram,
} from '../../shell/output/documents.ts';
import { exportPane } from './export.ts';

/** The focused pane as a text: its own one, such as the marked or shown log lines, or else its marked or filtered rows. */
const paneText = (context: KeyContext): NamedText | undefined => {
  const { view, pane } = context;
  return pane.documentText === undefined ? exportPane(context, 'text') : pane.documentText(view);
};

/** The place in the profile that defines a row: its signal, or its runbook; undefined if there is none. */
const positionOf = ({ view, pane }: KeyContext, row: PaneRow | undefined): Position | undefined => {
  if (row?.subject?.kind === 'signal') {
    const { id } = row.subject.signal;
    return view.own?.facts.frame.signals.find((spec) => spec.id === id)?.position;
  }
  const { suggestions } = view.cockpit;
  // Rows of Runbooks and suggestions in Problems; their keys end with the id.
  const isRunbook = pane.id === 'runbooks' || row?.key.startsWith('runbook ') === true;
  const id = row?.key.replace(/^runbook /, '');
  return isRunbook ? suggestions.find(({ runbook }) => runbook.id === id)?.runbook.position : undefined;
};

/** Opens the profile of the open environment, at the signal or runbook under the cursor. */
const editProfile = (context: KeyContext) => {
  const { view, row } = context;
  const { file } = view.cockpit.open ?? {};
  const position = positionOf(context, row);
  const place = position ?? (file === undefined ? undefined : { file, line: 1 });
  if (place === undefined)
    return context.notify('this profile does not come from a file, so there is nothing to open');
  openDocument(context, { with: 'editor', file: place.file, line: place.line });
};

const item = (
  context: KeyContext,
  program: UserProgram,
  words: Pick<PaletteItem, 'id' | 'text' | 'command' | 'run'>,
  needs: string | undefined,
): PaletteItem => {
  const whyNot = needs ?? programBlockedReason(program)(context);
  return { ...words, ...defined({ whyNot }) };
};

/** `:edit`, `:page` and `:edit profile`. */
export const documentCommandItems = (context: KeyContext): readonly PaletteItem[] => {
  const { title } = context.pane;
  const noRows = context.rows.length === 0 ? 'this pane shows no rows' : undefined;
  const open =
    (program: UserProgram): PaletteItem['run'] =>
    (now) => {
      const text = paneText(now);
      if (text !== undefined) openText(now, program, text);
    };
  return [
    item(
      context,
      'editor',
      { id: 'edit', text: `open ${title} in $EDITOR`, command: 'edit', run: open('editor') },
      noRows,
    ),
    item(
      context,
      'pager',
      { id: 'page', text: `open ${title} in $PAGER`, command: 'page', run: open('pager') },
      noRows,
    ),
    item(
      context,
      'editor',
      {
        id: 'edit profile',
        text: 'edit the profile in $EDITOR, at the signal or runbook of this row',
        command: 'edit profile',
        run: editProfile,
      },
      context.view.cockpit.open === undefined ? 'no environment is open yet' : undefined,
    ),
  ];
};
