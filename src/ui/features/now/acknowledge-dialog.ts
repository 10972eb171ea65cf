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
import { type AcknowledgeOverlay, acknowledgedSubject } from './acknowledge.ts';

/** Renders the dialog that asks for the note of an acknowledgement. */
export const renderAcknowledgeDialog = ({ view }: KeyContext, overlay: AcknowledgeOverlay): Card => {
  const { pen } = view;
  return {
    edge: 'focus',
    lines: [
      ...cardTitleLines(view, [pen.run('ACKNOWLEDGE', 'bold')], acknowledgedSubject(overlay)),
      labeledLine(pen, 'note', inputField(pen, overlay.text, 'plain', cardInnerWidth(view) - cardLabelWidth)),
      [pen.run('optional · the acknowledgement ends when the finding is resolved or gets worse', 'faint')],
      keyHints(pen, 'enter acknowledge', 'esc cancel', 'this changes nothing outside opsdeck'),
    ],
  };
};
