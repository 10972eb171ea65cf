import { ageText } from '../../domain/duration.ts';
import type { Ending } from '../../domain/run.ts';
import type { RunView } from '../../store/cockpit.ts';
import type { Line } from '../text/run.ts';
import { wrap } from '../text/width.ts';
import type { GlyphName } from '../theme/glyphs.ts';
import type { Role } from '../theme/roles.ts';
import type { View } from '../view.ts';
import { type Card, heading, hints, innerWidth, labelled } from './card.ts';
import { beganAt, eventOf, outputLines, proofLines, stepLines } from './progress.ts';
import { cardStateOf, undoOf } from './question.ts';

interface Look {
  readonly word: string;
  readonly glyph: GlyphName;
  readonly role: Role;
}

/** How each ending reads. Only proofs make a run recovered; everything that was only done is said to be no more than that. */
const looks: Readonly<Record<Ending, Look>> = {
  recovered: { word: 'RECOVERED', glyph: 'ok', role: 'ok' },
  'executed-not-recovered': { word: 'EXECUTED but NOT RECOVERED', glyph: 'crit', role: 'crit' },
  failed: { word: 'FAILED', glyph: 'crit', role: 'crit' },
  cancelled: { word: 'CANCELLED', glyph: 'warn', role: 'warn' },
  declined: { word: 'DECLINED', glyph: 'off', role: 'plain' },
  forbidden: { word: 'FORBIDDEN', glyph: 'denied', role: 'down' },
  'not-applicable': { word: 'NOT APPLICABLE', glyph: 'off', role: 'plain' },
  'dry-run': { word: 'DRY RUN', glyph: 'none', role: 'loading' },
};

/** Endings before which nothing was meant to be sent. */
const quiet: readonly Ending[] = ['recovered', 'executed-not-recovered', 'dry-run'];

const sentLines = (view: View, ending: Ending, sent: readonly string[]): readonly Line[] => {
  const { pen } = view;
  if (quiet.includes(ending)) return [];
  if (sent.length === 0) return [labelled(pen, 'sent', 'nothing')];
  return sent.map((line, index) => labelled(pen, index === 0 ? 'sent' : '', line, 'bold'));
};

/** How it ended: what was done, which proofs hold, why it is called that, and what can be done next. */
export const endedCard = (view: View, run: RunView): Card => {
  const { pen } = view;
  const end = eventOf(run, 'ended');
  if (end === undefined) return { edge: 'focus', lines: [] };
  const look = looks[end.ending];
  const began = beganAt(run);
  const took = began === undefined ? '' : ageText(end.at - began);
  const title = [
    pen.glyph(look.glyph, look.role),
    pen.run(` ${look.word}`, look.role),
    pen.run(`   ${run.proposal?.title ?? run.runbook.title}`, 'bold'),
  ];
  const undo = end.undo ?? [];
  return {
    edge: look.role,
    scroll: cardStateOf(view, run).scroll,
    lines: [
      heading(view, title, [pen.run(took)]),
      ...stepLines(view, run),
      ...proofLines(view, run),
      ...outputLines(view, run, 2),
      ...sentLines(view, end.ending, end.sent),
      ...wrap(end.why, innerWidth(view) - 9).map((text, index) => labelled(pen, index === 0 ? 'so' : '', text)),
      ...undo.map((call, index) => labelled(pen, index === 0 ? 'undo' : '', call.title)),
      hints(pen, ...(undoOf(run) ? ['u undo'] : []), 'R runbooks', 'esc close'),
    ],
  };
};
