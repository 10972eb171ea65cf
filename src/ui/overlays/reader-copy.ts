import { clipboardBytes, fittingLines } from '../export/clipboard.ts';
import { outgoing } from '../export/outgoing.ts';
import type { Binding, Hand } from '../keys/binding.ts';
import { counted } from '../text/count.ts';
import { readerText } from './reader-text.ts';

const copy = ({ view, copy: send, say }: Hand): void => {
  const lines = readerText(view);
  const fitting = fittingLines(lines.map((line) => outgoing(view, line)));
  send(`${fitting.join('\n')}\n`);
  const isCut = fitting.length < lines.length;
  const what = isCut
    ? `the first ${fitting.length} of ${lines.length} lines (it takes ${clipboardBytes} bytes)`
    : counted(lines.length, 'line');
  say(`${what} sent to the terminal's clipboard`);
};

/** `y` in the reader. */
export const copyText: Binding = {
  id: 'reader.copy',
  keys: ['y'],
  does: 'copy all of it to the clipboard',
  footer: 'copy',
  whyNot: ({ view }) => (readerText(view).length === 0 ? 'no text has come yet' : undefined),
  run: copy,
};
