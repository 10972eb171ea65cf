import { isBlankText } from '../../../domain/text/visible-text.ts';
import {
  type Card,
  cardInnerWidth,
  cardLabelWidth,
  cardTitleLines,
  inputField,
  keyHints,
  labeledLine,
} from '../../kit/components/card.ts';
import type { Dialog } from '../contract/dialog.ts';
import { type Overlay, overlayBelow } from '../contract/overlay.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';

/** Texts of a dialog that asks for words. */
export interface ReasonDialogTexts {
  readonly title: string;
  readonly label: string;
  /** Why nothing happens without a text. */
  readonly none: string;
  readonly enter: string;
  readonly does: string;
  readonly footer: string;
  readonly esc: string;
  readonly record: string;
  /** True: what it asks for is a warning. */
  readonly isWarning?: true;
}

/** The state of a dialog that asks for a reason or a note. `why`: its purpose. */
export interface AskedReason<K extends string, W extends string> {
  readonly is: K;
  readonly why: W;
  /** Title of the subject. */
  readonly about: string;
  readonly text: string;
  /** The text that an empty field stands for; absent: it needs a text. */
  readonly fallback?: string;
  readonly over: Overlay;
}

/** Renders the dialog that asks for a reason or a note. */
const renderReasonDialog = (
  { view }: KeyContext,
  texts: ReasonDialogTexts,
  { about, text, fallback = '' }: Pick<AskedReason<string, string>, 'about' | 'text' | 'fallback'>,
): Card => {
  const { pen } = view;
  const field = inputField(pen, text, 'plain', cardInnerWidth(view) - cardLabelWidth);
  return {
    edge: texts.isWarning === true ? 'warn' : 'focus',
    lines: [
      ...cardTitleLines(view, [pen.run(texts.title, 'bold')], about),
      labeledLine(pen, texts.label, field),
      ...(text === '' && fallback !== ''
        ? [
            labeledLine(pen, 'if empty', [
              pen.run(pen.cut(fallback, cardInnerWidth(view) - cardLabelWidth), 'faint'),
            ]),
          ]
        : []),
      keyHints(pen, texts.enter, texts.esc, texts.record),
    ],
  };
};

const close = ({ model, view }: KeyContext): void =>
  model.setState({ overlay: overlayBelow(view.ui.overlay) });

/** Creates a dialog that asks for a reason or a note. `give` carries out what it was asked for, with the text. */
export const createReasonDialog = <W extends string, O extends Overlay & AskedReason<Overlay['is'], W>>(
  dialogTexts: Readonly<Record<W, ReasonDialogTexts>>,
  give: (context: KeyContext, value: O, text: string) => void,
  sample: O,
): Dialog<O> => ({
  title: () => 'REASON',
  keys: (value): readonly Binding[] => {
    const texts = dialogTexts[value.why];
    return [
      {
        id: `${value.why}.give`,
        keys: ['enter'],
        description: texts.does,
        footer: texts.footer,
        confirms: true,
        run: (context) => {
          const typed = value.text.trim();
          const text = isBlankText(typed) ? (value.fallback ?? '') : typed;
          if (isBlankText(text)) return context.notify(texts.none);
          close(context);
          give(context, value, text);
        },
      },
      {
        id: `${value.why}.close`,
        keys: ['esc'],
        description: 'close without saving',
        footer: 'close',
        run: close,
      },
    ];
  },
  field: (value) => ({
    value: value.text,
    set: ({ model }, text) => {
      const overlay: O = { ...value, text };
      model.setState({ overlay });
    },
  }),
  render: (context, value) => renderReasonDialog(context, dialogTexts[value.why], value),
  samples: [sample],
});
