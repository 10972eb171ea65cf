import type { StyledLine } from '../../kit/text/line.ts';
import type { StatusMark } from '../contract/features.ts';
import { liveContext, type RenderContext } from '../contract/render-context.ts';

/** The mark of a broken ledger: nothing is carried out without a person. */
const ledgerMarks = (view: RenderContext): readonly StatusMark[] =>
  liveContext(view).cockpit.ledgerProblem === undefined ? [] : [{ text: ' LEDGER BROKEN ', role: 'crit' }];

/** The marks of a screen that others see: its recording, and the users who follow it. */
const watchedMarks = (view: RenderContext): readonly StatusMark[] => {
  const { isRecording, followers = [] } = liveContext(view).cockpit;
  const [first] = followers;
  const more = followers.length > 1 ? ` and ${followers.length - 1} more` : '';
  return [
    ...(isRecording === true ? [{ text: ' REC ', role: 'armed', below: true } as const] : []),
    ...(first === undefined
      ? []
      : [{ text: ` followed by ${view.pen.cut(first, 24)}${more} `, role: 'shared' } as const]),
  ];
};

/** All status marks of the screen. */
export const statusMarks = (view: RenderContext): readonly StatusMark[] => {
  const { cockpit, ui, past, features } = view;
  return [
    ...features.marks('runs', view),
    ...(past === undefined ? [] : [{ text: ' PAST ', role: 'past', below: true } as const]),
    ...(ui.shared ? [{ text: ' SHARED ', role: 'shared', below: true } as const] : []),
    ...watchedMarks(view),
    ...features.marks('people', liveContext(view)),
    ...features.marks('connections', liveContext(view)),
    ...ledgerMarks(view),
    ...features.marks('resets', liveContext(view)),
    ...(cockpit.open?.isBreakGlass === true ? [{ text: ' BREAK-GLASS ', role: 'armed' } as const] : []),
    ...(cockpit.open?.isStateUnavailable === true
      ? [{ text: ' STATE DB DOWN ', role: 'warn' } as const]
      : []),
  ];
};

/** Renders the marks that are repeated at the end of the last row. */
export const statusCorner = (view: RenderContext): StyledLine =>
  statusMarks(view)
    .filter((mark) => mark.below === true)
    .flatMap((mark) => [view.pen.run(' '), view.pen.run(mark.text, mark.role ?? 'plain')]);
