import { type ParamValues, type VerifyStep, withReadableTitles } from '../../../domain/runbooks/runbook.ts';
import type { Proposal } from '../../../domain/runs/proposal.ts';
import { formatDuration } from '../../../domain/text/duration.ts';
import { mergeAlike } from '../../../domain/text/merge-alike.ts';
import { evaluateExpression } from '../../../expressions/evaluate.ts';
import { parseExpression } from '../../../expressions/rows/parse.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { type CardLine, cardInnerWidth, maxCardHeight } from '../../kit/components/card.ts';
import { columnsEntry } from '../../kit/components/card-columns.ts';
import {
  type CardEntry,
  type CardZone,
  placeZones,
  placeZonesBriefly,
} from '../../kit/components/card-zones.ts';
import { justifyLine, type StyledLine } from '../../kit/text/line.ts';
import type { GlyphName } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { affectsZone } from './affects-zone.ts';
import { briefReason } from './brief-values.ts';
import { runCardState } from './confirmation.ts';
import { checksInWords, diagnosisZone } from './diagnosis-lines.ts';
import { gatesZone } from './gate-lines.ts';
import { markedRows, wordedRows } from './marked-rows.ts';
import { previewNotesLines } from './notes-lines.ts';
import { withReadableTimes } from './readable-text.ts';
import { willDoZone } from './will-do-zone.ts';

const undoWord = ({ pen }: RenderContext, glyph: GlyphName, role: TextRole, word: string): StyledLine => [
  pen.glyph(glyph, role),
  pen.run(` ${word}`, 'bold'),
];

/** The zone of the undo. Losses are never hidden, because they are irreversible. */
const undoZone = (view: RenderContext, { steps, undoes }: Proposal): CardZone => {
  const undo = mergeAlike(
    steps.flatMap((step) => (step.undo ?? []).map(({ title }) => withReadableTimes(view, title))),
  );
  const lost = mergeAlike([...new Set(steps.flatMap(({ plan }) => plan?.lost ?? []))]);
  const never = undoes === undefined ? 'never' : 'remains';
  const word =
    lost.length === 0 ? undoWord(view, 'ok', 'ok', 'full') : undoWord(view, 'warn', 'warn', 'partly');
  const none =
    lost.length === 0
      ? wordedRows(view, undoWord(view, 'off', 'faint', 'none'), 'no undo. Nothing is lost')
      : wordedRows(view, undoWord(view, 'crit', 'crit', 'none'), 'this run cannot be undone');
  return {
    title: 'Undo',
    note: undo.length > 0 && undoes === undefined ? 'press u after the run' : '',
    entries: [
      ...(undo.length === 0
        ? [{ rows: none, isKept: true }]
        : undo.map((title, index) => ({
            rows: wordedRows(
              view,
              index === 0 ? word : [],
              `${title}${index === 0 && lost.length === 0 ? ' · nothing is lost' : ''}`,
            ),
            isKept: index === 0,
          }))),
      ...lost.map((text) => ({
        rows: wordedRows(view, undoWord(view, 'crit', 'crit', never), text),
        isKept: true,
      })),
    ],
  };
};

const conditionRoles = { true: 'ok', false: 'crit', unknown: 'unknown' } as const;

/** 'now psp of billing-0 is open': a condition on the facts of the screen. Empty where only the run itself can read it. */
const presentText = (view: RenderContext, { that, title }: VerifyStep, params: ParamValues): StyledLine => {
  const { pen, own, now } = view;
  if (that === undefined || own === undefined) return [];
  const parsed = parseExpression(that);
  if (!parsed.ok) return [];
  const { value, why } = evaluateExpression(parsed.expression, own.snapshot, { params, now });
  if (why === '') return [];
  return [
    pen.run('now ', 'faint'),
    // The names of a series are long, and its value is at the end.
    pen.run(
      pen.cutInside(
        briefReason(withReadableTimes(view, why), title),
        Math.floor(cardInnerWidth(view) * 0.38),
      ),
      conditionRoles[value],
    ),
  ];
};

const keptEntry = (view: RenderContext, text: string, role: TextRole = 'plain'): readonly CardEntry[] => [
  { rows: columnsEntry(view, { left: text, role }), isKept: true },
];

const numberWords = ['', '', 'both', 'all three', 'all four', 'all five'];

/** The zone of the verification: what must hold, its value now, and until when. */
const plannedProofZone = (view: RenderContext, run: RunView): CardZone => {
  const { verify } = run.runbook;
  const title = 'Proof';
  if (run.proposal?.undoes !== undefined)
    return { title, entries: keptEntry(view, 'the restored objects must be as they were before the run') };
  if (verify === 'none') return { title, entries: keptEntry(view, 'not required', 'faint') };
  if (verify.length === 0)
    return {
      title,
      entries: keptEntry(view, 'the runbook defines no checks, so this run cannot end as RECOVERED', 'warn'),
    };
  const count = numberWords[verify.length] ?? `all ${verify.length}`;
  return {
    title,
    note: `${count}${count === '' ? '' : ' '}must pass, or the run ends as not recovered`,
    entries: withReadableTitles(verify, run.params).map((step) => ({
      rows: columnsEntry(view, {
        mark: [view.pen.glyph('off', 'faint'), view.pen.run(' ')],
        left: step.title,
        right: presentText(view, step, run.params),
        end: `within ${formatDuration(step.withinMs)}`,
      }),
    })),
  };
};

/** Work that keeps the problem from coming back: part of the explanation, not of the decision. */
const plannedPreventionZone = (view: RenderContext, { preventions = [] }: Proposal): CardZone => ({
  title: 'To prevent it',
  note: preventions.length === 0 ? '' : 'proposed after the run',
  entries: preventions.map(({ title }) => ({
    rows: markedRows(view, view.pen.glyph('empty', 'faint'), title),
  })),
});

/** The zones of a plan in the order of the decision. */
const zonesOf = (
  view: RenderContext,
  run: RunView,
  proposal: Proposal,
  all: boolean,
): readonly CardZone[] => [
  willDoZone(view, run, proposal, all),
  affectsZone(view, proposal, all),
  undoZone(view, proposal),
  plannedProofZone(view, run),
  gatesZone(view, proposal, all),
  diagnosisZone(view, run, all),
  ...(all ? [plannedPreventionZone(view, proposal)] : []),
];

/** Columns of a screen whose cards have room for long keys. */
const wide = 100;

interface ProposalForm {
  readonly lines: readonly CardLine[];
  /** Entries that are not in it. */
  readonly hidden: number;
  /** The checks in words, where they have no room. */
  readonly instead?: string;
}

interface ProposalBody {
  readonly lines: readonly CardLine[];
  /** The key that shows the other form; [] when both are the same. */
  readonly tab: readonly string[];
}

/** 'tab full calls', 'tab 4 checks, 1 false · full calls'; on a narrow screen only checks that are not true stand before the calls. */
const tabHint = ({ columns }: RenderContext, { instead }: ProposalForm): string => {
  if (instead === undefined) return 'tab full calls';
  if (columns >= wide) return `tab ${instead} · full calls`;
  return /false|unknown/.test(instead) ? `tab ${instead}` : 'tab full calls';
};

/** The first row of the notes, and how many there are more. */
const briefNotes = (
  view: RenderContext,
  [first, ...others]: readonly StyledLine[],
): readonly StyledLine[] => {
  if (first === undefined || others.length === 0) return first === undefined ? [] : [first];
  const more = [view.pen.run(` ${others.length} more · tab`, 'faint')];
  return [justifyLine(first, more, cardInnerWidth(view), 'plain', view.pen.ellipsis)];
};

/** The zones of a card that scrolls: the proof and the undo before the gates, which refuse by themselves. */
const briefOrder = (zones: readonly CardZone[]): readonly CardZone[] =>
  ['Will do', 'Affects', 'Proof', 'Undo'].flatMap((title) => zones.filter((zone) => zone.title === title));

/** A plan in few rows, for a screen on which it would scroll. */
const briefLines = (
  view: RenderContext,
  zones: readonly CardZone[],
  notes: readonly StyledLine[],
): readonly CardLine[] => {
  const first = briefOrder(zones);
  const others = zones.filter((zone) => !first.includes(zone));
  return [...briefNotes(view, notes), ...placeZonesBriefly(view, [...first, ...others]).lines];
};

/**
 * The body of a card with a plan: notes, then what it does, what it affects, undo, proof, gates and checks. `taken`: rows of the
 * card for its title, its head and its keys.
 */
export const renderProposal = (
  view: RenderContext,
  run: RunView,
  proposal: Proposal,
  taken: number,
): ProposalBody => {
  const { showsCalls } = runCardState(view, run);
  const formOf = (all: boolean): ProposalForm => {
    const notes = previewNotesLines(view, run, proposal, all);
    const room = maxCardHeight(view.rows) - taken - notes.length;
    const zones = zonesOf(view, run, proposal, all);
    const whole = placeZones(view, zones, room, all);
    // A card that scrolls has all of them.
    if (all || whole.hidden === 0) return { ...whole, lines: [...notes, ...whole.lines] };
    // What was checked gives way to what will be done and what proves it.
    const { title: checks, entries } = diagnosisZone(view, run, all);
    const others = zones.filter(({ title }) => title !== checks);
    const placed = placeZones(view, others, room, all);
    const lines =
      placed.lines.length > room
        ? briefLines(view, others, previewNotesLines(view, run, proposal, true))
        : [...notes, ...placed.lines];
    if (entries.length === 0) return { lines, hidden: placed.hidden };
    return { lines, hidden: placed.hidden + 1, instead: checksInWords(run) };
  };
  const short = formOf(false);
  const long = formOf(true);
  const differ = short.hidden > 0 || long.lines.length > short.lines.length;
  return {
    lines: showsCalls ? long.lines : short.lines,
    tab: differ ? [showsCalls ? 'tab short' : tabHint(view, short)] : [],
  };
};
