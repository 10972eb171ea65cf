import { cardHeading, cardInnerWidth, keyHints, renderCard } from '../../kit/components/card.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { TourBox } from '../../shell/contract/features.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';
import { stepById } from './steps.ts';

/** The width of the smallest screen, so that the box is the same everywhere. */
const boxColumns = 80;

/** True if the keys of the tour work: no card, list or text field is open. */
const hasKeys = ({ ui, cockpit }: RenderContext): boolean =>
  ui.overlay.is === 'none' && !ui.isFiltering && (cockpit.run === undefined || cockpit.run.background);

/** Renders the box of the current step; undefined without a tour. */
export const renderTourBox = (view: RenderContext): TourBox | undefined => {
  const { ui, cockpit, pen } = view;
  const found = ui.tour === undefined ? undefined : stepById({ ui, cockpit }, ui.tour.step);
  if (found === undefined) return undefined;
  const { step, nth, count } = found;
  const sheet = { columns: boxColumns, pen };
  const { press } = step;
  const hints = hasKeys(view) ? ['n next', 'esc end the tour'] : ['esc closes the card'];
  return {
    anchor: step.anchor,
    lines: renderCard(sheet, {
      edge: 'focus',
      lines: [
        cardHeading(
          sheet,
          [pen.run('TOUR', 'bold'), pen.run(`  ${step.title}`)],
          [pen.run(`${nth} of ${count}`, 'faint')],
        ),
        ...pen.wrap(step.text, cardInnerWidth(sheet)).map((text): StyledLine => [pen.run(text)]),
        ...(step.instruction === undefined ? [] : [[pen.run(step.instruction, 'key')]]),
        press === undefined
          ? keyHints(pen, ...hints)
          : [
              pen.run(`press ${boundKey(cockpit, press.binding, press.key)}`, 'key'),
              ...keyHints(pen, '', ...hints),
            ],
      ],
    }),
  };
};
