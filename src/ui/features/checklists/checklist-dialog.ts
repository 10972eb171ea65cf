import type { ChecklistMark } from '../../../domain/checklists/record.ts';
import {
  type Card,
  cardInnerWidth,
  cardLabelWidth,
  cardTitleLines,
  inputField,
  keyHints,
  labeledLine,
} from '../../kit/components/card.ts';
import type { KeyContext } from '../../shell/contract/pane.ts';
import type { ChecklistOverlay } from './keys.ts';

const checklistDialogTexts: Readonly<
  Record<ChecklistMark, { readonly title: string; readonly hint: string }>
> = {
  override: { title: 'OVERRIDE CHECK', hint: 'required · the list shows the override with your reason' },
  'not-needed': { title: 'NOT NEEDED', hint: 'required · the list shows your reason' },
  note: { title: 'NOTE', hint: 'opsdeck keeps the text with the item' },
  done: { title: 'TICK', hint: 'opsdeck keeps the text with the item' },
  open: { title: 'WITHDRAW', hint: 'opsdeck keeps the text with the item' },
};

/** Renders the dialog that asks for the reason or note of a mark on an item of a checklist. */
export const renderChecklistDialog = (
  { view }: KeyContext,
  { mark, title, text }: ChecklistOverlay,
): Card => {
  const { pen } = view;
  const texts = checklistDialogTexts[mark];
  const label = mark === 'note' ? 'note' : 'reason';
  return {
    edge: mark === 'override' ? 'warn' : 'focus',
    lines: [
      ...cardTitleLines(view, [pen.run(texts.title, 'bold')], title),
      labeledLine(pen, label, inputField(pen, text, 'plain', cardInnerWidth(view) - cardLabelWidth)),
      [pen.run(texts.hint, 'faint')],
      keyHints(pen, 'enter record', 'esc cancel', 'this changes nothing outside opsdeck'),
    ],
  };
};
