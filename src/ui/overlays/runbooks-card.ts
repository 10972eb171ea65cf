import { dangerOf } from '../actions.ts';
import { type Card, dangerWord, heading, hints, innerWidth } from '../cards/card.ts';
import type { Hand } from '../keys/binding.ts';
import { windowOf } from '../parts/window.ts';
import { type Line, spread } from '../text/run.ts';
import { wrap } from '../text/width.ts';
import { offeredRunbooks, whyNotRunbook } from './lists.ts';

const fitWords = { yes: 'fits now', no: 'does not fit now', unknown: 'cannot tell', never: '' } as const;
const fitGlyphs = { yes: 'ok', no: 'off', unknown: 'unknown', never: 'off' } as const;
const fitRoles = { yes: 'ok', no: 'stale', unknown: 'unknown', never: 'stale' } as const;

/** The runbooks with how they fit now, and why; those that fit first. */
export const runbooksCard = (hand: Hand, cursor: number, room: number): Card => {
  const { pen } = hand.view;
  const offered = offeredRunbooks(hand);
  const seen = windowOf(offered.length, Math.max(1, room - 6), cursor);
  const idCells = Math.min(20, Math.max(0, ...offered.map(({ runbook }) => runbook.id.length)));
  const lines = offered.slice(seen.from, seen.to).flatMap((suggestion, index): readonly Line[] => {
    const { runbook, fits, why } = suggestion;
    const chosen = seen.from + index === cursor;
    const role = fitRoles[fits];
    const left = [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(' '),
      pen.glyph(fitGlyphs[fits], role),
      pen.run(` ${runbook.id.padEnd(idCells)} `, chosen ? 'bold' : 'plain'),
      pen.run(runbook.title, chosen ? 'plain' : 'faint'),
    ];
    const line = spread(
      left,
      [pen.run(` ${fitWords[fits]}`, role), pen.run(' '), ...dangerWord(pen, dangerOf(suggestion))],
      innerWidth(hand.view),
      'plain',
      pen.mark,
    );
    const whyNot = chosen ? whyNotRunbook(hand, suggestion) : undefined;
    return [
      line,
      ...(chosen && why !== ''
        ? wrap(`${fits === 'unknown' ? 'cannot tell: ' : ''}${why}`, innerWidth(hand.view) - 4)
            .slice(0, 2)
            .map((text): Line => [pen.run(`    ${text}`, role)])
        : []),
      ...(whyNot === undefined
        ? []
        : [[pen.run('    '), pen.glyph('denied', 'down'), pen.run(` why not: ${whyNot}`, 'down')]]),
    ];
  });
  const none: readonly Line[] =
    offered.length === 0
      ? [[pen.glyph('empty', 'loading'), pen.run(' this profile has no runbooks', 'loading')]]
      : [];
  const fitting = offered.filter(({ fits }) => fits === 'yes').length;
  return {
    edge: 'focus',
    lines: [
      heading(hand.view, [pen.run('RUNBOOKS', 'bold')], [pen.run(`${fitting} of ${offered.length} fit now`)]),
      ...lines,
      ...none,
      hints(pen, 'enter start (a card comes first)', 'esc close'),
    ],
  };
};
