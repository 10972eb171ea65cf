import { ageText } from '../../domain/duration.ts';
import type { Ending } from '../../domain/run.ts';
import type { RunView } from '../../store/cockpit.ts';
import type { Line } from '../text/run.ts';
import type { GlyphName } from '../theme/glyphs.ts';
import type { Role } from '../theme/roles.ts';
import type { View } from '../view.ts';
import { type Card, hints, labelled, titled } from './card.ts';
import { doneLines } from './done.ts';
import { listed } from './listed.ts';
import { beganAt, eventOf, outputLines } from './progress.ts';
import { proofLines } from './proofs.ts';
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
  return listed(view, 'sent', sent, { all: true, role: 'bold' });
};

/** How it ended: what was done, which proofs hold, why it is called that, and what can be done next. */
export const endedCard = (view: View, run: RunView): Card => {
  const { pen } = view;
  const end = eventOf(run, 'ended');
  if (end === undefined) return { edge: 'focus', lines: [] };
  const look = looks[end.ending];
  const began = beganAt(run);
  const took = began === undefined ? '' : ageText(end.at - began);
  const head = titled(
    view,
    [pen.glyph(look.glyph, look.role), pen.run(` ${look.word}`, look.role)],
    run.proposal?.title ?? run.runbook.title,
    [pen.run(took)],
  );
  const undo = end.undo ?? [];
  return {
    edge: look.role,
    head: head.length,
    scroll: cardStateOf(view, run).scroll,
    lines: [
      ...head,
      ...doneLines(view, run),
      ...proofLines(view, run),
      ...outputLines(view, run, 2),
      ...sentLines(view, end.ending, end.sent),
      ...listed(view, 'so', [end.why], { all: true }),
      ...listed(
        view,
        'undo',
        undo.map((call) => call.title),
        { all: true },
      ),
      hints(pen, ...(undoOf(run) ? ['u undo'] : []), 'R runbooks', 'esc close'),
    ],
  };
};
