import type { Suggestion } from '../../../store/cockpit.ts';
import { windowOf } from '../../components/window.ts';
import { offeredRunbooks } from '../../overlays/lists.ts';
import type { Hand } from '../../panes/pane.ts';
import { type Line, lineWidth, spread } from '../../text/run.ts';
import type { Role } from '../../theme/roles.ts';
import type { View } from '../../view.ts';
import { type Card, dangerWord, heading, hints, innerWidth } from '../cards/card.ts';
import { dangerOf, readOnlyNote, whyNotStart } from '../runbooks/actions.ts';

const fitWords = { yes: 'fits now', no: 'not now', unknown: 'cannot tell', never: '' } as const;
const fitGlyphs = { yes: 'ok', no: 'off', unknown: 'unknown', never: 'off' } as const;
const fitRoles = { yes: 'ok', no: 'stale', unknown: 'unknown', never: 'stale' } as const;

/** What is told of the chosen one, below it. */
const setIn = (view: View, text: string, role: Role): readonly Line[] =>
  view.pen.wrap(text, innerWidth(view) - 4).map((piece): Line => [view.pen.run(`    ${piece}`, role)]);

/** Why it cannot be started, or what to know before. */
const startLines = ({ view: { pen, cockpit } }: Hand, { runbook }: Suggestion): readonly Line[] => {
  const whyNot = whyNotStart(cockpit, runbook);
  if (whyNot !== undefined)
    return [[pen.run('    '), pen.glyph('denied', 'down'), pen.run(` why not: ${whyNot}`, 'down')]];
  const note = readOnlyNote(cockpit, runbook);
  if (note === undefined) return [];
  return [
    [pen.run('    '), pen.glyph('denied', 'warn'), pen.run(` ${note} · opening it only reads`, 'warn')],
  ];
};

/** The runbooks with how they fit now, and why; those that fit first. */
export const runbooksCard = (hand: Hand, at: number, room: number): Card => {
  const { pen } = hand.view;
  const offered = offeredRunbooks(hand);
  const seen = windowOf(offered.length, Math.max(1, room - 7), at);
  const idCells = Math.min(20, Math.max(0, ...offered.map(({ runbook }) => runbook.id.length)));
  const lines = offered.slice(seen.from, seen.to).flatMap((suggestion, index): readonly Line[] => {
    const { runbook, fits, why } = suggestion;
    const chosen = seen.from + index === at;
    const role = fitRoles[fits];
    const left = [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(' '),
      pen.glyph(fitGlyphs[fits], role),
      pen.run(` ${runbook.id.padEnd(idCells)} `, chosen ? 'bold' : 'plain'),
      pen.run(runbook.title, chosen ? 'plain' : 'faint'),
    ];
    const right = [
      pen.run(` ${fitWords[fits]}`, role),
      pen.run(' '),
      ...dangerWord(pen, dangerOf(suggestion)),
    ];
    const width = innerWidth(hand.view);
    const isCut = lineWidth(left) + lineWidth(right) > width;
    return [
      spread(left, right, width, 'plain', pen.mark),
      ...(chosen && isCut ? setIn(hand.view, runbook.title, 'plain') : []),
      ...(chosen && why !== ''
        ? setIn(hand.view, `${fits === 'unknown' ? 'cannot tell: ' : ''}${why}`, role).slice(0, 2)
        : []),
      ...(chosen ? startLines(hand, suggestion) : []),
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
      heading(
        hand.view,
        [pen.run('RUNBOOKS', 'bold')],
        [pen.run(`${fitting} of ${offered.length} fit${fitting === 1 ? 's' : ''} now`)],
      ),
      ...lines,
      ...none,
      hints(pen, 'enter start (a card comes first)', 'esc close'),
    ],
  };
};
