import { fitLine, lineWidth, type StyledLine } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';

/** The rule above a part of a pane, with its title: '── Opened line · billing-0 · 10:14:58.036 UTC ────'. */
export const sectionRule = (pen: TextPen, title: StyledLine, width: number): StyledLine => {
  const thin = pen.ascii ? '-' : '─';
  const head = [pen.run(`${thin}${thin} `, 'rule'), ...title, pen.run(' ')];
  const cells = width - 1 - lineWidth(head);
  return cells < 0
    ? fitLine(head, width - 1, 'plain', pen.ellipsis)
    : [...head, pen.run(thin.repeat(cells), 'rule')];
};
