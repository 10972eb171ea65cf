import { changeText, type ObservedChange } from '../../../domain/runs/run.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { cardInnerWidth, cardLabelWidth, labeledLine, truncateList } from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { findRunEvent } from '../run-words/run-text.ts';

/** Values shown before `tab` expands the list; fewer on short screens. */
const shownFirst = ({ rows }: RenderContext): number => (rows < 30 ? 3 : 8);

const roleOf = ({ before, after }: ObservedChange): TextRole => {
  if (before === null || after === null) return 'unknown';
  return before === after ? 'warn' : 'plain';
};

/**
 * 'changes  billing: 2 replicas → 3 replicas': what an ended run acted on, and what its verification compared. Short: the
 * first ones, one a line, which keeps their values.
 */
export const changeLines = (view: RenderContext, run: RunView, all: boolean): readonly StyledLine[] => {
  const { pen } = view;
  const changes = findRunEvent(run, 'ended')?.changes ?? [];
  const shown = all ? changes : truncateList(changes, shownFirst(view));
  const room = cardInnerWidth(view) - cardLabelWidth;
  const pieces = (text: string): readonly string[] =>
    all ? pen.wrap(text, room) : [pen.cutInside(text, room)];
  const lines = shown.flatMap((change, nth) =>
    pieces(changeText(change)).map((text, index) =>
      labeledLine(pen, nth === 0 && index === 0 ? 'changes' : '', text, roleOf(change)),
    ),
  );
  const more = changes.length - shown.length;
  return more === 0 ? lines : [...lines, labeledLine(pen, '', `${more} more · tab shows all`, 'faint')];
};
