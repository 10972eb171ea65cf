import { cursorOn, placeOf } from '../../cursor.ts';
import { noOverlay } from '../../overlays/overlay.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { exported, exportForms } from './export.ts';

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
