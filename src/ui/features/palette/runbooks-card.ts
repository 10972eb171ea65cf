import type { RunbookSuggestion } from '../../../store/cockpit.ts';
import { visibleWindow } from '../../components/window.ts';
import { orderedRunbooks } from '../../overlays/lists.ts';
import type { KeyContext } from '../../panes/pane.ts';
import type { RenderContext } from '../../render-context.ts';
import { justifyLine, lineWidth, type StyledLine } from '../../text/line.ts';
import type { TextRole } from '../../theme/roles.ts';
import { type Card, cardHeading, cardInnerWidth, dangerLabel, keyHints } from '../cards/card.ts';
import { readOnlyWarning, runbookDanger, startBlockedReason } from '../runbooks/actions.ts';

const fitWords = { yes: 'matches', no: 'no match', unknown: 'cannot tell', never: '' } as const;
const fitGlyphs = { yes: 'ok', no: 'off', unknown: 'unknown', never: 'off' } as const;
const fitRoles = { yes: 'ok', no: 'stale', unknown: 'unknown', never: 'stale' } as const;

/** Indented details below the selected runbook. */
const setIn = (view: RenderContext, text: string, role: TextRole): readonly StyledLine[] =>
  view.pen
    .wrap(text, cardInnerWidth(view) - 4)
    .map((piece): StyledLine => [view.pen.run(`    ${piece}`, role)]);

/** Why it cannot be started, or a warning. */
const startLines = (
  { view: { pen, cockpit } }: KeyContext,
  { runbook }: RunbookSuggestion,
): readonly StyledLine[] => {
  const whyNot = startBlockedReason(cockpit, runbook);
  if (whyNot !== undefined)
    return [[pen.run('    '), pen.glyph('denied', 'down'), pen.run(` unavailable: ${whyNot}`, 'down')]];
  const note = readOnlyWarning(cockpit, runbook);
  if (note === undefined) return [];
  return [
    [pen.run('    '), pen.glyph('denied', 'warn'), pen.run(` ${note} · the preview only reads`, 'warn')],
  ];
};

/** Renders the runbook list, matching ones first, with reasons. */
export const renderRunbookList = (context: KeyContext, at: number, room: number): Card => {
  const { pen } = context.view;
  const offered = orderedRunbooks(context);
  const seen = visibleWindow(offered.length, Math.max(1, room - 7), at);
  const idCells = Math.min(20, Math.max(0, ...offered.map(({ runbook }) => runbook.id.length)));
  const lines = offered.slice(seen.from, seen.to).flatMap((suggestion, index): readonly StyledLine[] => {
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
      ...dangerLabel(pen, runbookDanger(suggestion)),
    ];
    const width = cardInnerWidth(context.view);
    const isCut = lineWidth(left) + lineWidth(right) > width;
    return [
      justifyLine(left, right, width, 'plain', pen.ellipsis),
      ...(chosen && isCut ? setIn(context.view, runbook.title, 'plain') : []),
      ...(chosen && why !== ''
        ? setIn(context.view, `${fits === 'unknown' ? 'cannot tell: ' : ''}${why}`, role).slice(0, 2)
        : []),
      ...(chosen ? startLines(context, suggestion) : []),
    ];
  });
  const none: readonly StyledLine[] =
    offered.length === 0
      ? [[pen.glyph('empty', 'loading'), pen.run(' no runbooks in this profile', 'loading')]]
      : [];
  const fitting = offered.filter(({ fits }) => fits === 'yes').length;
  return {
    edge: 'focus',
    lines: [
      cardHeading(
        context.view,
        [pen.run('RUNBOOKS', 'bold')],
        [pen.run(`${fitting} of ${offered.length} match${fitting === 1 ? 'es' : ''}`)],
      ),
      ...lines,
      ...none,
      keyHints(pen, 'enter preview', 'esc close'),
    ],
  };
};
